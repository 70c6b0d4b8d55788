import { ReplicationFailure } from '../core/facts/failure.ts';
import { asId } from '../core/facts/guid.ts';
import { isInScope } from '../core/facts/sweep-state.ts';
import { WORK_QUEUE } from '../core/facts/storage-names.ts';
import type { WorkItem } from '../core/facts/work-item.ts';
import { isAppItem, isBackupItem, workItem, workItemSchema } from '../core/facts/work-item.ts';
import { backUpProject } from '../backups/back-up-project.ts';
import { enqueueVerification } from '../backups/enqueue-backups.ts';
import { takePoisonBackupWork } from '../backups/poison-backups.ts';
import { takeExport } from '../backups/take-export.ts';
import { updateDocument, updateSweepState } from '../replicator/documents.ts';
import type { ExportIntake } from '../replicator/intake.ts';
import { reject, takeNotification } from '../replicator/intake.ts';
import { takePoisonWork } from '../replicator/poison.ts';
import { replicateProject } from '../replicator/replicate-project.ts';
import { tellHistory } from '../replicator/tell-history.ts';
import type { Received } from '../replicator/triggers.ts';
import { listNewProjects } from '../replicator/unknown-projects.ts';
import { identified, type OpenApp } from './app.ts';
import { invocationLimit } from './invocation.ts';
import { onContinuedSweep } from './scheduled-sweep.ts';

/** What each message and each request does. The schedule's part is in `scheduled-sweep.ts`. */

/** What the host knows of a message from a queue, by the names that the Functions library gives it. */
export type MessageFacts = Readonly<Record<string, unknown>>;

export async function onNotification(opened: OpenApp, message: unknown, facts: MessageFacts = {}): Promise<void> {
  const { parts } = opened;
  const deps = await identified(opened);
  const { asksForExports, exportContainerUri } = parts.backups;
  const exports: ExportIntake = {
    asksForExports,
    take: (notification, aborted) => takeExport(notification, deps, exportContainerUri, aborted),
  };
  await takeNotification(
    textOf(message),
    deps,
    parts.rejected,
    exports,
    invocationLimit(),
    receivedAt(facts, deps.clock.now()),
  );
}

/**
 * When a message was put on its queue, by this app's clock: what counts is how old the host says that it is. A message of
 * which that is not known counts as having come now.
 * @internal
 */
export function receivedAt({ insertionTime, sys, id }: MessageFacts, now: Date): Received {
  const utcNow = typeof sys === 'object' && sys !== null && 'utcNow' in sys ? sys.utcNow : undefined;
  const timeOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);
  const ageInMs = (utcNow === undefined ? now.getTime() : timeOf(utcNow)) - timeOf(insertionTime);
  const at = new Date(now.getTime() - (Number.isFinite(ageInMs) ? Math.max(0, ageInMs) : 0)).toISOString();
  return { at, messageId: typeof id === 'string' ? id : null };
}

export async function onPoisonNotification({ deps, parts }: OpenApp, message: unknown): Promise<void> {
  await reject(textOf(message), 'Acting on it failed again and again; see the log.', deps, parts.rejected);
}

export async function onWork(opened: OpenApp, message: unknown): Promise<void> {
  const item = parseWorkItem(message);
  if (isBackupItem(item)) await backUpProject(item, opened.backups, invocationLimit());
  else if (item.reason === 'continue-sweep') await onContinuedSweep(opened, item.wakeId);
  else if (isAppItem(item)) await listNewProjects(item, await identified(opened), invocationLimit());
  else await replicateProject(item, await identified(opened));
}

export async function onPoisonWork(opened: OpenApp, message: unknown): Promise<void> {
  const { deps, backups, parts } = opened;
  const item = workItemSchema.safeParse(message);
  if (item.success && isBackupItem(item.data)) {
    return takePoisonBackupWork(item.data, backups, invocationLimit());
  }
  // What these were to do is done by the next sweep.
  if (item.success && isAppItem(item.data)) {
    deps.events.emit({
      event: 'work.rejected',
      reason: `${item.data.reason} failed again and again; see the log`,
    });
    return;
  }
  if (item.success) return takePoisonWork(item.data, await identified(opened));
  deps.events.emit({ event: 'work.rejected', reason: `not a work item: ${parts.mask(textOf(message)).slice(0, 500)}` });
}

/**
 * Enqueues work for one project, or for `all`; answers for how many. Whoever asks may have mended why a resource asked to
 * wait, so it is asked again.
 */
export async function requestReplication({ deps }: OpenApp, id: string): Promise<number> {
  const sweepState = await deps.store.sweep.read();
  const projects = (sweepState?.value.projects ?? []).filter(isInScope);
  const wanted = id === 'all' ? projects : projects.filter((project) => project.id === asId(id));
  if (wanted.length > 0) {
    await updateDocument(deps.store.holds, (stored) => (stored === null ? null : { ...stored, holds: [] }));
  }
  for (const { id: projectId } of wanted) {
    await deps.queue.enqueue(workItem(projectId, 'request'), 0);
  }
  return wanted.length;
}

/** Has every backup read and hashed; answers for how many projects, or null where DRY_RUN keeps backups as they are. */
export async function requestVerification({ backups }: OpenApp): Promise<number | null> {
  return backups.policy.dryRun ? null : enqueueVerification(backups, invocationLimit());
}

/** A person says that what was taken for a fault is meant so; answers what came of that. */
export async function confirmBrake(
  { deps: { store, clock, history } }: OpenApp,
  by: string | null = null,
): Promise<'confirmed' | 'none' | 'one-resource'> {
  const confirmedAt = clock.now().toISOString();
  const { brake } = await updateSweepState(store, clock, (stored) =>
    // Nobody can confirm that a resource is its own secondary.
    stored.brake === null || stored.brake.kind === 'one-resource'
      ? stored
      : { ...stored, brake: { ...stored.brake, confirmedAt, ...(by === null ? {} : { confirmedBy: by }) } },
  );
  await tellHistory(store.sweep, { history });
  if (brake === null) return 'none';
  return brake.kind === 'one-resource' ? 'one-resource' : 'confirmed';
}

/** The text of a queue message. The Functions library has parsed it where it looked like JSON. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

function parseWorkItem(message: unknown): WorkItem {
  const item = workItemSchema.safeParse(message);
  if (item.success) return item.data;
  throw new ReplicationFailure('A message on the work queue is not a work item.', {
    class: 'bug',
    code: 'WORK_ITEM_INVALID',
    hint: `Only this app writes to ${WORK_QUEUE}; the message goes to the poison queue and is reported from there.`,
    cause: item.error,
  });
}
