import type { StoredState } from '../backups/enqueue-backups.ts';
import type { Decision } from '../core/facts/decision.ts';
import type { Signs } from '../core/facts/signs.ts';
import type { Resources } from '../core/facts/resource-health.ts';
import type { Installation } from '../core/facts/installation.ts';

/** All that status is made of. */
export interface Stored extends StoredState {
  /** What people have decided, by source project id. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Null where no call was ever made. */
  readonly resources: Resources | null;
  /** Null where none is stored yet. */
  readonly installation: Installation | null;
  /** Null where none are stored yet. */
  readonly signs: Signs | null;
}

/** One reading of all of it, with the number of messages that nobody could act on. */
export interface Reading {
  readonly stored: Stored;
  readonly rejected: number;
  readonly readAt: Date;
}

/** What this process last read, for answers while storage gives none. */
export class LastKnown {
  reading: Reading | null = null;
  /** Since when readings fail; null where the last one went well. */
  silentSince: Date | null = null;
}
