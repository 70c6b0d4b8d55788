import { publishesSame } from '../content/publications.ts';
import { compareContent, snapshotOf } from '../content/revision.ts';
import type { Decision } from '../facts/decision.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { forgetLostCopies, recoverCopies, restoredCopy } from './copies.ts';
import { notePublications } from './publish.ts';
import { lookAtTargetFirst } from './look-after.ts';
import type { Plan, PlanInput } from './types.ts';
import { inSync, labelsAreDueIn } from './in-sync.ts';
import { look, step } from './types.ts';

/**
 * What comes next for a project that a person has frozen: the copy that they put back into use is made current and
 * routed, which takes the secondary alone, and then nothing is changed, whatever the source does.
 */
export function planFrozen(input: PlanInput, decision: Decision): Plan {
  const correction =
    lookAtTargetFirst(input, false) ?? forgetLostCopies(input) ?? recoverCopies(input, null) ?? restoredCopy(input);
  if (correction !== null) return correction;
  const current = currentGeneration(input.record);
  const asItIs = current === null ? null : (readAsItIs(input, current) ?? routeAsItIs(input, current));
  if (asItIs !== null) return asItIs;
  if (input.sourceIsOut === true) {
    return { kind: 'settled', as: 'behind', reason: 'the primary gives no answer', source: null };
  }
  const { source } = input.observed;
  if (source === undefined) return look('source');
  const reason = `the project is frozen until somebody releases it (${decision.reason})`;
  if (source === null) return { kind: 'settled', as: 'source-missing', reason, source: null };
  const snapshot = snapshotOf(source, input.observed.sourceContent ?? null);
  if (current !== null && holdsAll(current, snapshot)) {
    const isDue = labelsAreDueIn(input) && input.observed.sourceContent === undefined;
    return isDue ? look('source-content') : inSync(input, snapshot, reason);
  }
  return { kind: 'settled', as: 'behind', reason: `the source has changed, and ${reason}`, source: snapshot };
}

/** Under the names that it has been serving: what the source publishes by now is not looked at, and nothing is published. */
function routeAsItIs({ observed }: PlanInput, current: Generation): Plan | null {
  if (observed.route?.secondary.projectId === current.replicaProjectId) return null;
  return step({ do: 'route', source: current.holds, published: current.published });
}

/** What was unpublished on it is told, and not published again. */
function readAsItIs(input: PlanInput, current: Generation): Plan | null {
  if (input.observed.route === undefined) return look('route');
  if (input.observed.replica === undefined) return look('replica');
  return notePublications(input, current.holds, current);
}

function holdsAll({ holds }: Generation, source: Snapshot): boolean {
  return publishesSame(holds, source) && compareContent(holds, source) === 'same';
}
