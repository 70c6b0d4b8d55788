import type { Step } from '../../core/plan/types.ts';

/** Steps that only write facts down: what was observed before them still stands. */
export const NOTES: ReadonlySet<Step['do']> = new Set<Step['do']>([
  'note-imported',
  'note-verified',
  'note-proof',
  'note-held',
  'note-published',
  'intend-names',
  'note-integration',
]);

/** Steps beside the copying: that they went well says nothing of what failed there. */
export const SIDE_WORK: ReadonlySet<Step['do']> = new Set<Step['do']>(['integrate', 'note-integration']);
