import type { ReplicatorEvent } from '../../core/facts/events.ts';

/** Where events go; the adapter adds time and correlation, and masks secrets. */
export interface EventSink {
  emit(event: ReplicatorEvent): void;
}

export interface Clock {
  now(): Date;
}
