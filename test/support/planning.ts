import type { Iteration, Observation, Project } from '../../src/core/facts/model.ts';
import type { Plan, PlanInput, Observed } from '../../src/core/plan/types.ts';
import { planProject } from '../../src/core/plan/plan.ts';
import type { Generation, ReplicaRecord } from '../../src/core/facts/record.ts';
import type { Route } from '../../src/core/facts/routing.ts';
import { routeTo } from '../../src/core/facts/routing.ts';
import {
  after,
  aGeneration,
  anIteration,
  anObservation,
  aPolicy,
  aRecordInSync,
  aReplica,
  aStranger,
  ENDPOINTS,
  guid,
  PREDICTION_ID,
} from './builders.ts';

/** The id of the replica's trained iteration, and how it answers predictions once it is published. */
export const REPLICA_ITERATION = guid(210);
export const PRODUCTION = { iterationId: REPLICA_ITERATION, publishName: 'production', sourceIterationId: guid(200) };
/** The same as a record tells of it once it is published and was looked at. */
export const PUBLISHED = { ...PRODUCTION, resourceId: PREDICTION_ID, shownResourceId: PREDICTION_ID };

/** A replica's iteration as the service shows it once we have published it, or not. */
export function aServingIteration(publishName: string | null, changes: Partial<Iteration> = {}): Iteration {
  return anIteration({ id: REPLICA_ITERATION, publishName, originalPublishResourceId: PREDICTION_ID, ...changes });
}

/** A look at the replica: the same content as the source's, under ids of its own. */
export function aReplicaObservation(changes: Partial<Observation> = {}): Observation {
  return anObservation({ project: aReplica(), iterations: [anIteration({ id: REPLICA_ITERATION })], ...changes });
}

/** An older copy of the same content, named predecessor, and its project on the target. */
export function aSpare(number: number, changes: Partial<Generation> = {}): Generation {
  const runId = `run-${number}`;
  return aGeneration({ runId, replicaProjectId: guid(50 + number), name: `Cats [replica ${runId}]`, ...changes });
}

/** The marked project behind a generation. */
export function projectOf({ replicaProjectId: id, name }: Generation): Project {
  return aReplica({ id, name });
}

/** The route that `aRecordInSync` asks for. */
export function aRoute(): Route {
  return routeTo(aRecordInSync(), aGeneration(), ENDPOINTS, null);
}

/** Everything was looked at, and the copy of `aRecordInSync` holds what the source holds. */
export function everythingInLine(changes: Partial<Observed> = {}): Observed {
  return {
    source: anObservation(),
    targetProjects: [aReplica(), aStranger()],
    replica: aReplicaObservation(),
    route: aRoute(),
    ...changes,
  };
}

/** A plan in a few words, so that a table of them can be read. */
export function inBrief(plan: Plan): string {
  switch (plan.kind) {
    case 'look':
      return `look at ${plan.at}`;
    case 'settled':
      return `settled: ${plan.as}`;
    case 'blocked':
      return `blocked: ${plan.blocker.code}`;
    case 'wait':
      return 'wait';
    case 'step':
      return plan.step.do;
  }
}

/** The plan ten minutes after the start, for the default policy. */
export function planFor(record: ReplicaRecord, observed: Observed, more: Partial<PlanInput> = {}): Plan {
  return planProject({
    record,
    // As the last sweep found the target to be, unless a test says otherwise.
    observed: { targetFault: null, ...observed },
    policy: aPolicy(),
    now: after(600),
    decision: null,
    justCopied: false,
    makeRoom: false,
    ...more,
  });
}
