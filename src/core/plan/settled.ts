import { nameToHave } from '../content/naming.ts';
import { compareContent, snapshotOf } from '../content/revision.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { routeTo } from '../facts/routing.ts';
import { secondsSince } from '../facts/time.ts';
import { alreadyHeld } from './already-held.ts';
import { drMode } from './blockers.ts';
import { copy } from './copy.ts';
import { forgetLostCopies, recoverCopies } from './copies.ts';
import { planFrozen } from './frozen.ts';
import { planIntegration } from './integration.ts';
import { isMarkedByUs, namesLacking, routeCurrent } from './current.ts';
import { inSync, labelsAreDueIn } from './in-sync.ts';
import { checkCopy, labelsToRead, lookAtTargetFirst, proveCopy } from './look-after.ts';
import {
  healPublications,
  lastingPublications,
  nextPublication,
  notePublications,
  refusedPublication,
} from './publish.ts';
import { oldestToRetire } from './retention.ts';
import { copiesToPin } from './shrinkage.ts';
import { giveUpSlot } from './slots.ts';
import { planCopyAlone, planWithoutSource } from './without-source.ts';
import { planWork } from './work.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

/** What somebody changed on an older copy is looked at again after this time: it may have been undone. */
const RECHECK_AFTER_IN_SECONDS = 86_400;

/** What comes next while no copy is being made: nothing, a small correction, or a new copy. */
export function planSettled(input: PlanInput): Plan {
  const { record, observed, policy, decision } = input;
  if (decision?.frozen === true) return planFrozen(input, decision);
  if (input.sourceIsOut === true) return planCopyAlone(input);
  if (observed.source === undefined) return look('source');
  if (observed.source === null)
    return planWithoutSource(input, 'source-missing', 'the primary has no such project', null);
  const snapshot = snapshotOf(observed.source, observed.sourceContent ?? null);
  const reason = policy.exclusionOf(observed.source.project);
  if (reason !== null) return planWithoutSource(input, 'excluded', reason, snapshot);

  const first = lookAtTargetFirst(input, true);
  if (first !== null) return first;

  const work = planWork(input);
  if (work !== null) return work;

  const integration = planIntegration(input);
  if (integration !== null) return integration;

  const correction = forgetLostCopies(input) ?? recoverCopies(input, snapshot.name);
  if (correction !== null) return correction;

  const current = currentGeneration(record);
  return current === null ? copy(input, snapshot) : keepCurrent(input, current, snapshot);
}

function keepCurrent(input: PlanInput, current: Generation, source: Snapshot): Plan {
  const { record, observed, policy, makeRoom, decision } = input;
  // Before anything may go: what the copy in use has lost of it is kept.
  const [shrunkFrom] = copiesToPin(record, policy.shrinkLimitInPercent, decision);
  if (shrunkFrom !== undefined) return step({ do: 'pin', ...shrunkFrom });
  const check = checkCopy(input, current, source);
  if (check !== null) return check;
  const routing = routeCurrent(input, source, current);
  if (routing !== null) return routing;
  const reading = notePublications(input, source, current);
  if (reading !== null) return reading;
  const yielding = makeRoom ? giveUpSlot(input, source) : null;
  if (yielding !== null) return yielding;
  const sourceIsDue = labelsToRead(input, current).full || labelsAreDueIn(input);

  switch (compareContent(current.holds, source)) {
    case 'unclear':
      return look('source-content');
    case 'different':
      return alreadyHeld(input, current, source) ?? healPublications(input, source, current) ?? copy(input, source);
    case 'same':
      if (sourceIsDue && observed.sourceContent === undefined) return look('source-content');
      return proveCopy(input, current) ?? align(input, current, source);
  }
}

/** What follows the source without a new copy: name, description, publications, routing; then what may go. */
function align(input: PlanInput, current: Generation, source: Snapshot): Plan {
  const { record, observed, policy, now } = input;
  const wantedName = nameToHave(source.name, current, record.generations, observed.targetProjects ?? []);
  const isNamed = wantedName === current.name && source.description === current.holds.description;
  const isAligned = isNamed && isMarkedByUs(observed.replica?.project, policy.owner);
  const publication = nextPublication(input, source, current);
  const oldest = oldestToRetire(input);
  // What only the service's own answer shows is put right by a person, or by a later look; until then nothing goes.
  const mayGo = oldest !== null && observed.replica && namesLacking(observed.replica, oldest, source).length === 0;
  const retiring = mayGo ? oldest : null;
  // Routing must never name what is not published: it is written after a publication begins and before one ends.
  const lasting = lastingPublications(input, source, current, publication);
  const generation = { ...current, published: [...lasting] };
  const route = routeTo({ ...record, source }, generation, policy.predictionEndpoints, input.decision);
  const isRouted = JSON.stringify(route) === JSON.stringify(observed.route);
  if (!isRouted && publication?.do !== 'publish') return step({ do: 'route', source, published: lasting });
  if (!isAligned || publication !== null || retiring !== null) {
    if (observed.replica?.project.drModeEnabled === true) return { kind: 'blocked', blocker: drMode('secondary') };
  }
  if (publication !== null) return step(publication);
  if (!isAligned) return step({ do: 'align', generation: current, name: wantedName, source });
  if (retiring !== null) {
    return step({ do: 'retire', generation: retiring, reason: 'newer copies are kept (GENERATIONS_TO_KEEP)', source });
  }
  const changed = record.generations.find((other) => other.runId !== current.runId && isDueAgain(other, now));
  if (changed !== undefined) return step({ do: 'recheck', generation: changed });
  const refused = refusedPublication(input, source, current);
  return refused ?? inSync(input, source, 'the current copy holds what the source holds');
}

function isDueAgain({ changedBySomebody, changeCheckedAt }: Generation, now: Date): boolean {
  if (!changedBySomebody) return false;
  return changeCheckedAt === null || secondsSince(changeCheckedAt, now) >= RECHECK_AFTER_IN_SECONDS;
}
