import type { Iteration } from '../facts/model.ts';
import { isTrained } from '../facts/model.ts';

/** Trained iterations, oldest first. */
export function trainedIterations(iterations: readonly Iteration[]): Iteration[] {
  const trainedAt = (iteration: Iteration): string => iteration.trainedAt ?? iteration.created ?? '';
  return iterations
    .filter(isTrained)
    .sort((left, right) => Date.parse(trainedAt(left)) - Date.parse(trainedAt(right)) || 0);
}

export interface IterationMatch {
  /** The iteration's name on the source. */
  readonly source: string;
  /** Its counterpart's id on the replica. */
  readonly id: string;
}

/**
 * Which iteration of a replica is which of the source: by name; what is left over by the order of training, where
 * that pairs off exactly. Ids are of no use: whether an import keeps them is not documented.
 */
export function matchIterations(sourceNames: readonly string[], replica: readonly Iteration[]): IterationMatch[] {
  const trained = trainedIterations(replica);
  const byName = new Map(trained.map((iteration) => [iteration.name, iteration]));
  const names = new Set(sourceNames);
  const unnamed = trained.filter(({ name }) => !names.has(name));
  const unmatched = sourceNames.filter((name) => !byName.has(name));
  const pairsOff = unnamed.length === unmatched.length;
  return sourceNames.flatMap((source) => {
    const match = byName.get(source) ?? (pairsOff ? unnamed[unmatched.indexOf(source)] : undefined);
    return match === undefined ? [] : [{ source, id: match.id }];
  });
}
