import { hasName, nameWithId } from '../content/naming.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { forgetLostCopies, recoverCopies } from './copies.ts';
import { routeCurrent } from './current.ts';
import { checkCopy, lookAtTargetFirst, proveCopy } from './look-after.ts';
import { notePublications } from './publish.ts';
import { giveUpSlot } from './slots.ts';
import type { Policy } from './policy.ts';
import type { Observed, Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';
import { planWork } from './work.ts';

/** Whether copies are wanted of a project, as far as a look has shown: not where its source is gone, or left out. */
export function isFollowed({ source }: Observed, { exclusionOf }: Pick<Policy, 'exclusionOf'>): boolean {
  if (source === undefined) return true;
  return source !== null && exclusionOf(source.project) === null;
}

/**
 * What comes next for copies whose source is gone or not wanted any more: they are looked after, and nothing is made. One
 * that is deleted is replaced by the best that is there, routing names it, and its labels are compared, when that is due,
 * with what they were after our own last write.
 *
 * @param source the source as it was just seen; null where there is none
 */
export function planWithoutSource(
  input: PlanInput,
  as: 'source-missing' | 'excluded',
  reason: string,
  source: Snapshot | null,
): Plan {
  const { record, makeRoom } = input;
  const correction = correctCopies(input, source?.name ?? null);
  if (correction !== null) return correction;
  const current = currentGeneration(record);
  if (current === null) return { kind: 'settled', as, reason, source };
  const known = source ?? record.source ?? current.holds;
  const care = careForCopy(input, known, current);
  if (care !== null) return care;
  const yielding = makeRoom ? giveUpSlot(input, known) : null;
  return yielding ?? yieldName(input, as) ?? { kind: 'settled', as, reason, source };
}

/** Work under way is ended, and the record is made to say what the target has, before anything is done about a copy. */
function correctCopies(input: PlanInput, sourceName: string | null): Plan | null {
  return (
    lookAtTargetFirst(input, false) ?? planWork(input) ?? forgetLostCopies(input) ?? recoverCopies(input, sourceName)
  );
}

/** What is done about the copy in use while nothing is made: it is what clients have. */
function careForCopy(input: PlanInput, known: Snapshot, current: Generation): Plan | null {
  return (
    // Routing comes first: whatever somebody did to the copy, clients have no other.
    routeCurrent(input, known, current) ??
    checkCopy(input, current, null) ??
    // What somebody ended stays ended: it may be about to be deleted. Routing must not go on naming it.
    notePublications(input, known, current) ??
    proveCopy(input, current)
  );
}

/**
 * What comes next while the source gives no answer: its copies are looked after by what the target alone shows, and nothing
 * is made, given up or said of the source.
 */
export function planCopyAlone(input: PlanInput): Plan {
  const { record } = input;
  const done: Plan = { kind: 'settled', as: 'behind', reason: 'the primary gives no answer', source: null };
  const correction = correctCopies(input, record.source?.name ?? null);
  if (correction !== null) return correction;
  const current = currentGeneration(record);
  if (current === null) return done;
  return careForCopy(input, record.source ?? current.holds, current) ?? done;
}

/** A project that was made anew under the name of one that is gone gets the name; the copy of the dead one yields it. */
function yieldName({ record, observed }: PlanInput, as: 'source-missing' | 'excluded'): Plan | null {
  const current = currentGeneration(record);
  if (as !== 'source-missing' || current === null) return null;
  if (observed.listedProjects === undefined) return look('listed-projects');
  const isTaken = observed.listedProjects.some((project) => hasName(project, current.name));
  if (!isTaken) return null;
  const name = nameWithId(current.holds.name, current.replicaProjectId);
  return step({ do: 'align', generation: current, name, source: current.holds });
}
