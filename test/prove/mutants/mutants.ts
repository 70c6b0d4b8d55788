import { BREAKS_OF_CORE } from './breaks-of-core.ts';
import { BREAKS_OF_EFFECTS } from './breaks-of-effects.ts';
import type { Mutant } from './mutant.ts';

/** Kept as pairs of texts, so that one that no longer applies is told at once. */
export const MUTANTS: readonly Mutant[] = [...BREAKS_OF_CORE, ...BREAKS_OF_EFFECTS];
