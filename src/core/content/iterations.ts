import type { Iteration } from '../facts/model.ts';
import { isTrained } from '../facts/model.ts';
import type { Model, Snapshot } from '../facts/record.ts';

/** Trained iterations, oldest first. */
export function trainedIterations(iterations: readonly Iteration[]): Iteration[] {
  const trainedAt = (iteration: Iteration): string => iteration.trainedAt ?? iteration.created ?? '';
  return iterations
    .filter(isTrained)
    .sort((left, right) => Date.parse(trainedAt(left)) - Date.parse(trainedAt(right)) || 0);
}

/** A source's trained iteration; of a record of an earlier version, which kept the names alone, only that is known. */
export type SourceIteration = Pick<Model, 'name'> & Partial<Model>;

type Iterations = Pick<Snapshot, 'iterations' | 'models'>;

/** A source's trained iterations, oldest first, as far as they are known. */
export function sourceIterations({ iterations, models }: Iterations): readonly SourceIteration[] {
  return models ?? iterations.map((name) => ({ name }));
}

function isSameInstant(left: string, right: string): boolean {
  return left === right || Date.parse(left) === Date.parse(right);
}

/**
 * Whether a later look at the source may show the iterations that an earlier one did. A model that was trained anew
 * under an old name has another id, or another time of training; two may have exchanged their names. What one of the
 * looks does not tell is no difference.
 */
export function holdsSameModels(held: Iterations & { observedAt: string }, observed: Iterations): boolean {
  const { models } = observed;
  if (models === undefined) return true;
  // Of a copy whose models are not known, this much is: it has none that was trained after its source was looked at.
  if (held.models === undefined) return !models.some(({ trainedAt }) => isAfter(trainedAt, held.observedAt));
  const byId = new Map(models.map((model) => [model.id, model]));
  return held.models.every(({ id, name, trainedAt }) => {
    const now = byId.get(id);
    if (now === undefined || now.name !== name) return false;
    return trainedAt === null || now.trainedAt === null || isSameInstant(trainedAt, now.trainedAt);
  });
}

function isAfter(time: string | null, other: string): boolean {
  return time !== null && Date.parse(time) > Date.parse(other);
}

export interface IterationMatch {
  readonly source: SourceIteration;
  /** Its counterpart's id on the replica. */
  readonly id: string;
}

type Keyed = Pick<SourceIteration, 'name' | 'trainedAt' | 'domainId'>;

/** What tells iterations apart, in turn; null where one does not have it. */
const KEYS: readonly ((iteration: Keyed) => string | null)[] = [
  ({ name, trainedAt }) => (trainedAt ? JSON.stringify([name, Date.parse(trainedAt)]) : null),
  ({ name }) => name,
  ({ name, domainId }) => (domainId ? JSON.stringify([name, domainId]) : null),
];

/**
 * Which iteration of a replica is which of the source: by name and time of training, by name alone, by name and domain,
 * each where that means one on either side; then namesakes by the order of their training; and what is left over by
 * that order, or the service's where no time tells, if it pairs off exactly. What none of these tells for certain has no counterpart. Ids are of no use:
 * whether an import keeps them is not documented.
 */
export function matchIterations(source: readonly SourceIteration[], replica: readonly Iteration[]): IterationMatch[] {
  const found = new Map<SourceIteration, string>();
  const taken = new Set<string>();
  const trained = trainedIterations(replica);
  const open = () => ({
    ours: source.filter((iteration) => !found.has(iteration)),
    theirs: trained.filter(({ id }) => !taken.has(id)),
  });
  const pair = (ours: readonly SourceIteration[], theirs: readonly Iteration[]): void => {
    if (ours.length !== theirs.length) return;
    ours.forEach((iteration, index) => {
      const { id } = theirs[index] as Iteration;
      found.set(iteration, id);
      taken.add(id);
    });
  };
  for (const keyOf of KEYS) {
    const { ours, theirs } = open();
    const among = groupedBy(theirs, keyOf);
    for (const [key, group] of groupedBy(ours, keyOf)) if (group.length === 1) pair(group, among.get(key) ?? []);
  }
  const namesakes = open();
  const among = groupedBy(namesakes.theirs, ({ name }) => name);
  for (const [name, group] of groupedBy(namesakes.ours, ({ name }) => name)) {
    const others = among.get(name) ?? [];
    if (isOrdered(group) && isOrdered(others)) pair(group, others);
  }
  // An import that gives other names: what has its name on both sides, and could not be told apart, is none of these.
  const { ours, theirs } = open();
  const [sourceNames, replicaNames] = [source, trained].map((all) => new Set(all.map(({ name }) => name)));
  const renamed = ours.filter(({ name }) => replicaNames?.has(name) !== true);
  if ([...groupedBy(renamed, ({ name }) => name).values()].every(isOrdered)) {
    pair(
      renamed,
      theirs.filter(({ name }) => sourceNames?.has(name) !== true),
    );
  }
  return source.flatMap((iteration) => {
    const id = found.get(iteration);
    return id === undefined ? [] : [{ source: iteration, id }];
  });
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** Whether the times of training put them into an order: one alone is, two that were trained at one time are not. */
function isOrdered(iterations: readonly Keyed[]): boolean {
  if (iterations.length < 2) return true;
  const times = iterations.map(({ trainedAt }) => (trainedAt ? Date.parse(trainedAt) : NaN));
  return !times.includes(NaN) && new Set(times).size === times.length;
}
