import type { ReplicatorEvent } from './core/facts/events.ts';
import type { Clock, EventSink } from './replicator/ports/surroundings.ts';
import { mask as maskByShape } from './masking.ts';

/** @internal */
export type LogLevel = 'info' | 'warn' | 'error';

export interface EventSinkOptions {
  readonly clock: Clock;
  /** Takes one line of JSON, e.g. `context.warn` for `warn`. */
  readonly write: (level: LogLevel, line: string) => void;
  /** What correlates the events of one invocation, as Application Insights knows it. */
  readonly operationId: string;
  /** Takes secrets out of a text; by their names and shapes unless another is given. */
  readonly mask?: (text: string) => string;
}

/** The longest text in an event. A line of the log store holds 32 KiB. */
const MAX_TEXT_IN_CHARACTERS = 4_000;

/** Levels by an event's whole name, else by its last word; every other event is `info`. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  'sweep.failed': 'error',
  'resource.state.changed': 'warn',
  parked: 'error',
  diverged: 'error',
  tripped: 'error',
  invalid: 'error',
  shrank: 'error',
  silent: 'error',
  failed: 'warn',
  rejected: 'warn',
  discarded: 'warn',
  low: 'warn',
  sparse: 'warn',
  unavailable: 'warn',
};

/** @internal */
export function levelOf(event: ReplicatorEvent['event']): LogLevel {
  return LEVELS[event] ?? LEVELS[event.slice(event.lastIndexOf('.') + 1)] ?? 'info';
}

/** Writes each event as one line of JSON: `event` first, then `at`, the event's own fields, and the `operationId`. */
export function createEventSink(options: EventSinkOptions): EventSink {
  const { clock, write, operationId, mask = maskByShape } = options;
  return {
    emit({ event, ...fields }) {
      const line = { event, at: clock.now().toISOString(), ...fields, operationId };
      write(levelOf(event), JSON.stringify(clean(line, mask)));
    },
  };
}

/** A copy of a value in which every text, at whatever depth, is masked and cut to the longest that is logged. */
function clean(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return shorten(mask(value));
  if (Array.isArray(value)) return value.map((item) => clean(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [mask(name), clean(member, mask)]));
}

function shorten(text: string): string {
  const excess = text.length - MAX_TEXT_IN_CHARACTERS;
  return excess <= 0 ? text : `${text.slice(0, MAX_TEXT_IN_CHARACTERS)}… (${excess} more characters)`;
}
