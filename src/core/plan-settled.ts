import { planIntegration } from './integration.ts';
import { matchIterations } from './iterations.ts';
import { nameToHave } from './naming.ts';
import { changesBySomebody, diverged, drMode, noFreeSlot } from './obstacles.ts';
import type { Plan, PlanInput } from './plan.ts';
import { letGoOfCopies, takeBackCopies } from './plan-copies.ts';
import { look, step } from './plan.ts';
import { proofIsDue } from './proof.ts';
import { afterPublicationStep, nextPublicationStep, wantedPublications } from './publications.ts';
import type { Generation, Snapshot } from './record.ts';
import { currentGeneration } from './record.ts';
import { oldestToRetire } from './retention.ts';
import { compareContent, snapshotOf } from './revision.ts';
import { routeTo } from './routing.ts';

/** What comes next while no copy is being made: nothing, a small correction, or a new copy. */
export function planSettled(input: PlanInput): Plan {
  const { record, seen, policy } = input;
  if (seen.source === undefined) return look('source');
  // Copies that no record knows are taken back into it, also where the source is gone or excluded by now.
  if (seen.source === null) {
    const reason = 'the primary has no such project';
    return takeBackCopies(input, null) ?? { kind: 'settled', as: 'source-missing', reason, source: null };
  }
  const snapshot = snapshotOf(seen.source, seen.sourceContent ?? null);
  const reason = policy.exclusionOf(seen.source.project);
  if (reason !== null) {
    return takeBackCopies(input, snapshot.name) ?? { kind: 'settled', as: 'excluded', reason, source: snapshot };
  }

  const integration = planIntegration(input);
  if (integration !== null) return integration;

  const correction = letGoOfCopies(input) ?? takeBackCopies(input, snapshot.name);
  if (correction !== null) return correction;

  const current = currentGeneration(record);
  return current === null ? copy(input, snapshot) : keepCurrent(input, current, snapshot);
}

function giveUpSpare(generation: Generation): Plan {
  return step({ do: 'retire', generation, reason: 'its slot is needed for a new copy' });
}

function keepCurrent(input: PlanInput, current: Generation, source: Snapshot): Plan {
  const { record, seen, policy, now, makeRoom } = input;
  if (seen.replica === undefined) return look('replica');
  if (seen.replica === null) return step({ do: 'forget', generation: current, because: 'gone' });
  const { lastModified } = seen.replica.project;
  const full = proofIsDue(current, policy.limits, now);
  // Labels can be swapped with every count the same: they are read where the service hints at a change, and now and then.
  const readsLabels = full || lastModified !== current.lastModified;
  const changes = changesBySomebody(current, seen.replica, seen.replicaContent ?? null);
  if (changes.length > 0) return { kind: 'blocked', obstacle: diverged(current, changes, source) };
  if (readsLabels && seen.replicaContent === undefined) return look('replica-content');
  if (seen.replicaContent === null) return step({ do: 'forget', generation: current, because: 'gone' });
  // Without routing nobody can tell which copy is in use: it is put right before anything is switched or retired.
  if (seen.route === undefined) return look('route');
  if (seen.route?.secondary.projectId !== current.projectId) {
    const publication = nextPublication(input, source, current);
    if (publication?.do === 'publish') return step(publication);
    return step({ do: 'route', source, published: current.published });
  }
  const spare = makeRoom ? oldestToRetire(record, 1) : null;
  if (spare !== null) return giveUpSpare(spare);
  const sourceIsUnread = full && seen.sourceContent === undefined;

  switch (compareContent(current.holds, source)) {
    case 'unclear':
      return look('source-content');
    case 'different':
      return copy(input, source);
    case 'same':
      if (sourceIsUnread) return look('source-content');
      if (readsLabels) return step({ do: 'note-proof', generation: current, lastModified, full });
      return align(input, current, source);
  }
}

function copy(input: PlanInput, snapshot: Snapshot): Plan {
  const { record, seen, policy, justCopied } = input;
  if (justCopied && record.triggeredAt === null) {
    const reason = 'the source changed while it was being copied; the next sweep copies it again';
    return { kind: 'settled', as: 'behind', reason, source: snapshot };
  }
  if (!seen.source || seen.targetProjects === undefined) return look('source');
  const limit = seen.targetProjectLimit ?? policy.targetProjectLimit;
  if (seen.targetProjects.length >= limit) {
    const spare = oldestToRetire(record, 1);
    if (spare === null)
      return {
        kind: 'blocked',
        obstacle: noFreeSlot(seen.targetProjects.length, limit, policy.targetProjectLimit, record.current !== null),
      };
    return giveUpSpare(spare);
  }
  if (seen.sourceContent === undefined) return look('source-content');
  return step({ do: 'import', before: snapshot, observation: seen.source, content: seen.sourceContent });
}

/** What follows the source without a new copy: name, description, publications, routing; then what may go. */
function align(input: PlanInput, current: Generation, source: Snapshot): Plan {
  const { record, seen, policy } = input;
  const wantedName = nameToHave(source.name, current, record.generations, seen.targetProjects ?? []);
  const isNamed = wantedName === current.name && source.description === current.holds.description;
  const publication = nextPublication(input, source, current);
  const retiring = oldestToRetire(record, policy.generationsToKeep);
  // Routing never names what is not published: it follows a publication, and goes before the end of one.
  const { published } = current;
  const lasting = publication?.do === 'unpublish' ? afterPublicationStep(published, publication) : published;
  const generation = { ...current, published: lasting };
  const route = routeTo({ ...record, source }, generation, policy.predictionEndpoints, seen.route ?? undefined);
  const isRouted = JSON.stringify(route) === JSON.stringify(seen.route);
  if (!isRouted && publication?.do !== 'publish') return step({ do: 'route', source, published: lasting });
  if (!isNamed || publication !== null || retiring !== null) {
    if (seen.replica?.project.drModeEnabled === true) return { kind: 'blocked', obstacle: drMode('secondary') };
  }
  if (publication !== null) return step(publication);
  if (!isNamed) return step({ do: 'align', generation: current, name: wantedName, source });
  if (retiring !== null) {
    return step({ do: 'retire', generation: retiring, reason: 'newer copies are kept (GENERATIONS_TO_KEEP)' });
  }
  return { kind: 'settled', as: 'in-sync', reason: 'the current copy holds what the source holds', source };
}

function nextPublication({ seen, policy }: PlanInput, source: Snapshot, current: Generation) {
  if (policy.predictionResourceId === null || !seen.replica) return null;
  const matches = matchIterations(source.iterations, seen.replica.iterations);
  return nextPublicationStep(wantedPublications(source.publications, matches), current.published, current.unconfirmed);
}
