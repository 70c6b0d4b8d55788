import type { BlobServiceClient } from '@azure/storage-blob';
import { z } from 'zod';
import type { Schedule } from './schedule.ts';

/** What is remembered of a timer between two runs of the host. Times are in ms since 1970. */
export interface TimerStatus {
  /** When it last fired; null for never. */
  readonly last: number | null;
  /** When it is to fire next. */
  readonly next: number;
  readonly lastUpdated: number | null;
}

export interface TimerStatusStore {
  /** Null where the timer has never been seen. */
  read(functionName: string): Promise<TimerStatus | null>;
  write(functionName: string, status: TimerStatus): Promise<void>;
}

/** How a timer goes on: what it remembers, whether that has to be stored, and whether it missed an occurrence. */
export interface Resumed {
  readonly status: TimerStatus;
  readonly changed: boolean;
  readonly pastDue: boolean;
}

/**
 * Takes a timer up where it was left. An occurrence that passed meanwhile makes it past due, however many passed;
 * one that a changed schedule would have had does not.
 */
export function resumeTimer(stored: TimerStatus | null, schedule: Schedule, now: number): Resumed {
  if (stored === null) {
    return { status: { last: null, next: schedule.nextAfter(now), lastUpdated: now }, changed: true, pastDue: false };
  }
  const countedFrom = stored.last ?? stored.lastUpdated ?? now;
  const expected = schedule.nextAfter(countedFrom);
  if (expected === stored.next) return { status: stored, changed: false, pastDue: now > stored.next };
  const status =
    now > expected
      ? { last: null, next: schedule.nextAfter(now), lastUpdated: now }
      : { last: null, next: expected, lastUpdated: countedFrom };
  return { status, changed: true, pastDue: false };
}

/** A status as the host stores it and as the function sees it. */
export interface WrittenStatus {
  readonly Last: string;
  readonly Next: string;
  readonly LastUpdated: string;
}

const NEVER = '0001-01-01T00:00:00+00:00';

export function writtenStatus(status: TimerStatus): WrittenStatus {
  const iso = (time: number | null) => (time === null ? NEVER : new Date(time).toISOString());
  return { Last: iso(status.last), Next: iso(status.next), LastUpdated: iso(status.lastUpdated) };
}

const statusSchema = z.object({ Last: z.string(), Next: z.string(), LastUpdated: z.string() });

export function readStatus(json: unknown): TimerStatus {
  const { Last, Next, LastUpdated } = statusSchema.parse(json);
  const time = (text: string) => (text.startsWith('0001') ? null : Date.parse(text));
  return { last: time(Last), next: Date.parse(Next), lastUpdated: time(LastUpdated) };
}

const CONTAINER = 'azure-webjobs-hosts';

/** Statuses where the real host has them: `azure-webjobs-hosts/timers/{host id}/Host.Functions.{name}/status`. */
export function blobTimerStatuses(service: BlobServiceClient, hostId: string): TimerStatusStore {
  const container = service.getContainerClient(CONTAINER);
  const blobOf = (name: string) => container.getBlockBlobClient(`timers/${hostId}/Host.Functions.${name}/status`);
  return {
    async read(functionName) {
      await container.createIfNotExists();
      const blob = blobOf(functionName);
      if (!(await blob.exists())) return null;
      const content = await blob.downloadToBuffer();
      return readStatus(JSON.parse(content.toString('utf8')));
    },
    async write(functionName, status) {
      const text = JSON.stringify(writtenStatus(status));
      const options = { blobHTTPHeaders: { blobContentType: 'application/json' } };
      await blobOf(functionName).upload(text, Buffer.byteLength(text), options);
    },
  };
}
