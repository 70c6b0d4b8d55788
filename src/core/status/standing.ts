import type { Attention, Level } from './attention-entry.ts';

/** How things stand; `good` is not a level of anything that needs attention. */
export type Standing = Level | 'good';

/** As bad as the worst of it. */
export function standingOf(attention: readonly Attention[]): Standing {
  return attention[0]?.level ?? 'good';
}
