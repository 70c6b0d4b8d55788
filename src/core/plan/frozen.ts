import { isSame, publishedOn, publishesSame } from '../content/publications.ts';
import { compareContent, snapshotOf } from '../content/revision.ts';
import type { Decision } from '../facts/decision.ts';
import { isFailedOver } from '../facts/decision.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { forgetLostCopies, recoverCopies, restoredCopy } from './copies.ts';
import { notePublications } from './publish.ts';
import { lookAtTargetFirst } from './look-after.ts';
import type { Plan, PlanInput } from './types.ts';
import { inSync, labelsAreDueIn } from './in-sync.ts';
import { look, step } from './types.ts';

/**
 * What comes next for a project that a person has frozen: the copy that they put back into use, or sent clients to, is made
 * current and routed, which takes the secondary alone, and then nothing is changed, whatever the source does. The source is
 * looked at all the same, so that status can tell what is held back.
 */
export function planFrozen(input: PlanInput, decision: Decision): Plan {
  const correction =
    lookAtTargetFirst(input, false) ??
    forgetLostCopies(input, isFailedOver(decision) ? decision.replicaProjectId : null) ??
    recoverCopies(input, null) ??
    restoredCopy(input);
  if (correction !== null) return correction;
  const current = currentGeneration(input.record);
  const asItIs =
    current === null ? null : (readAsItIs(input, current, decision) ?? routeAsItIs(input, current, decision));
  if (asItIs !== null) return asItIs;
  if (input.sourceIsOut === true) {
    return { kind: 'settled', as: 'behind', reason: 'the primary gives no answer', source: null };
  }
  const { source } = input.observed;
  if (source === undefined) return look('source');
  const reason = isFailedOver(decision)
    ? `the project is failed over until somebody fails it back (${decision.reason})`
    : `the project is frozen until somebody releases it (${decision.reason})`;
  if (source === null) return { kind: 'settled', as: 'source-missing', reason, source: null };
  const snapshot = snapshotOf(source, input.observed.sourceContent ?? null);
  if (current !== null && holdsAll(current, snapshot)) {
    const isDue = labelsAreDueIn(input) && input.observed.sourceContent === undefined;
    return isDue ? look('source-content') : inSync(input, snapshot, reason);
  }
  return { kind: 'settled', as: 'behind', reason: `the source has changed, and ${reason}`, source: snapshot };
}

/** Under the names that it has been serving: what the source publishes by now is not looked at, and nothing is published. */
function routeAsItIs({ observed }: PlanInput, current: Generation, decision: Decision): Plan | null {
  if (observed.route?.secondary.projectId === current.replicaProjectId) return null;
  // A record that was rebuilt does not know what the copy was published as; the decision does, and the service shows it.
  const served = decision.publishNames ?? [];
  const shown = publishedOn(observed.replica ?? { iterations: [] }).filter(
    (one) => served.includes(one.publishName) && !current.published.some((other) => isSame(one, other)),
  );
  return step({ do: 'route', source: heldBy(current, decision), published: [...current.published, ...shown] });
}

/** What was unpublished on it is told, and not published again. */
function readAsItIs(input: PlanInput, current: Generation, decision: Decision): Plan | null {
  if (input.observed.route === undefined) return look('route');
  if (input.observed.replica === undefined) return look('replica');
  return notePublications(input, heldBy(current, decision), current);
}

/** What the copy holds, and every name that it served when clients were sent to it. */
function heldBy({ holds }: Generation, { publishNames = [] }: Decision): Snapshot {
  const known = new Set(holds.publications.map(({ publishName }) => publishName));
  const more = publishNames.filter((publishName) => !known.has(publishName));
  const publications = [...holds.publications, ...more.map((publishName) => ({ iteration: '', publishName }))];
  return { ...holds, publications };
}

function holdsAll({ holds }: Generation, source: Snapshot): boolean {
  return publishesSame(holds, source) && compareContent(holds, source) === 'same';
}
