import { planIntegration } from './integration.ts';
import { matchIterations } from '../content/iterations.ts';
import { nameToHave } from '../content/naming.ts';
import { changesBySomebody, diverged, drMode, noFreeSlot } from './blockers.ts';
import type { Plan, PlanInput } from './types.ts';
import { forgetLostCopies, recoverCopies } from './copies.ts';
import { look, step } from './types.ts';
import { proofIsDue } from './proof.ts';
import { afterPublicationStep, nextPublicationStep, wantedPublications } from '../content/publications.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { oldestToRetire } from './retention.ts';
import { compareContent, snapshotOf } from '../content/revision.ts';
import { routeTo } from '../facts/routing.ts';

/** What comes next while no copy is being made: nothing, a small correction, or a new copy. */
export function planSettled(input: PlanInput): Plan {
  const { record, observed, policy } = input;
  if (observed.source === undefined) return look('source');
  // Copies that no record knows are taken back into it, also where the source is gone or excluded by now.
  if (observed.source === null) {
    const reason = 'the primary has no such project';
    return recoverCopies(input, null) ?? { kind: 'settled', as: 'source-missing', reason, source: null };
  }
  const snapshot = snapshotOf(observed.source, observed.sourceContent ?? null);
  const reason = policy.exclusionOf(observed.source.project);
  if (reason !== null) {
    return recoverCopies(input, snapshot.name) ?? { kind: 'settled', as: 'excluded', reason, source: snapshot };
  }

  const integration = planIntegration(input);
  if (integration !== null) return integration;

  const correction = forgetLostCopies(input) ?? recoverCopies(input, snapshot.name);
  if (correction !== null) return correction;

  const current = currentGeneration(record);
  return current === null ? copy(input, snapshot) : keepCurrent(input, current, snapshot);
}

function giveUpSpare(generation: Generation): Plan {
  return step({ do: 'retire', generation, reason: 'its slot is needed for a new copy' });
}

function keepCurrent(input: PlanInput, current: Generation, source: Snapshot): Plan {
  const { record, observed, policy, now, makeRoom } = input;
  if (observed.replica === undefined) return look('replica');
  if (observed.replica === null) return step({ do: 'forget', generation: current, because: 'gone' });
  const { lastModified } = observed.replica.project;
  const full = proofIsDue(current, policy.limits, now);
  // Labels can be swapped with every count the same: they are read where the service hints at a change, and now and then.
  const readsLabels = full || lastModified !== current.lastModified;
  const changes = changesBySomebody(current, observed.replica, observed.replicaContent ?? null);
  if (changes.length > 0) return { kind: 'blocked', blocker: diverged(current, changes, source) };
  if (readsLabels && observed.replicaContent === undefined) return look('replica-content');
  if (observed.replicaContent === null) return step({ do: 'forget', generation: current, because: 'gone' });
  // Without routing nobody can tell which copy is in use: it is put right before anything is switched or retired.
  if (observed.route === undefined) return look('route');
  if (observed.route?.secondary.projectId !== current.replicaProjectId) {
    const publication = nextPublication(input, source, current);
    if (publication?.do === 'publish') return step(publication);
    return step({ do: 'route', source, published: current.published });
  }
  const spare = makeRoom ? oldestToRetire(record, 1) : null;
  if (spare !== null) return giveUpSpare(spare);
  const sourceIsUnread = full && observed.sourceContent === undefined;

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
  const { record, observed, policy, justCopied } = input;
  if (justCopied && record.triggeredAt === null) {
    const reason = 'the source changed while it was being copied; the next sweep copies it again';
    return { kind: 'settled', as: 'behind', reason, source: snapshot };
  }
  if (!observed.source || observed.targetProjects === undefined) return look('source');
  const limit = observed.targetProjectLimit ?? policy.targetProjectLimit;
  if (observed.targetProjects.length >= limit) {
    const spare = oldestToRetire(record, 1);
    if (spare === null)
      return {
        kind: 'blocked',
        blocker: noFreeSlot(observed.targetProjects.length, limit, policy.targetProjectLimit, record.current !== null),
      };
    return giveUpSpare(spare);
  }
  if (observed.sourceContent === undefined) return look('source-content');
  return step({ do: 'import', before: snapshot, observation: observed.source, content: observed.sourceContent });
}

/** What follows the source without a new copy: name, description, publications, routing; then what may go. */
function align(input: PlanInput, current: Generation, source: Snapshot): Plan {
  const { record, observed, policy } = input;
  const wantedName = nameToHave(source.name, current, record.generations, observed.targetProjects ?? []);
  const isNamed = wantedName === current.name && source.description === current.holds.description;
  const publication = nextPublication(input, source, current);
  const retiring = oldestToRetire(record, policy.generationsToKeep);
  // Routing never names what is not published: it follows a publication, and goes before the end of one.
  const { published } = current;
  const lasting = publication?.do === 'unpublish' ? afterPublicationStep(published, publication) : published;
  const generation = { ...current, published: lasting };
  const route = routeTo({ ...record, source }, generation, policy.predictionEndpoints, observed.route ?? undefined);
  const isRouted = JSON.stringify(route) === JSON.stringify(observed.route);
  if (!isRouted && publication?.do !== 'publish') return step({ do: 'route', source, published: lasting });
  if (!isNamed || publication !== null || retiring !== null) {
    if (observed.replica?.project.drModeEnabled === true) return { kind: 'blocked', blocker: drMode('secondary') };
  }
  if (publication !== null) return step(publication);
  if (!isNamed) return step({ do: 'align', generation: current, name: wantedName, source });
  if (retiring !== null) {
    return step({ do: 'retire', generation: retiring, reason: 'newer copies are kept (GENERATIONS_TO_KEEP)' });
  }
  return { kind: 'settled', as: 'in-sync', reason: 'the current copy holds what the source holds', source };
}

function nextPublication({ observed, policy }: PlanInput, source: Snapshot, current: Generation) {
  if (policy.predictionResourceId === null || !observed.replica) return null;
  const matches = matchIterations(source.iterations, observed.replica.iterations);
  return nextPublicationStep(
    wantedPublications(source.publications, matches),
    current.published,
    current.foundPublished,
  );
}
