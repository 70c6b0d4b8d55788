import { withoutMarks, isRecordedReplica } from '../../core/content/mark.ts';
import { baselineOf, snapshotOf } from '../../core/content/revision.ts';
import { withGeneration } from '../../core/facts/generation.ts';
import { historyEntry } from '../../core/facts/history.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import { withActive } from '../../core/facts/routing.ts';
import type { StepOf } from '../../core/plan/types.ts';
import { updateDocument } from '../documents.ts';
import { unlessGone } from '../observe.ts';
import type { StepContext, StepResult } from '../context.ts';
import { forget } from './copies.ts';
import { withoutStorageUris } from './describe.ts';

/** Steps that follow from what a person has decided about where clients are sent. */

/** Whatever the decision is by now: routing goes by it, and by nothing that was planned before. */
export async function routeActive(
  record: ReplicaRecord,
  _step: StepOf<'route-active'>,
  { deps: { store, clock }, signal }: StepContext,
): Promise<StepResult> {
  const { sourceProjectId } = record;
  await updateDocument(
    store.routing,
    async (stored) => {
      const decision = (await store.decision(sourceProjectId).read(signal))?.value ?? null;
      return stored && withActive(stored, sourceProjectId, decision, clock.now());
    },
    signal,
  );
  return { record };
}

/** A decision that is lost must not take clients off the copy that they are on. */
export async function decideAsRouted(
  record: ReplicaRecord,
  { route }: StepOf<'decide-as-routed'>,
  { deps: { store, clock, events }, signal }: StepContext,
): Promise<StepResult> {
  const { sourceProjectId: projectId } = record;
  const { projectId: replicaProjectId, publishNames } = route.secondary;
  const since = clock.now().toISOString();
  const [by, reason] = ['routing.json', 'routing sends clients to the copy, and no decision to do so was there'];
  const evidence = { replicaProjectId, publishNames: publishNames.join(', ') };
  const facts = { id: `${projectId}:failover:${since}`, at: since, event: 'failover', by, reason, evidence };
  const entry = historyEntry({ ...facts, projectId, projectName: route.name });
  const decision = {
    ...{ schemaVersion: 1 as const, active: 'secondary' as const, frozen: true, replicaProjectId, publishNames },
    ...{ releasedAt: null, since, by, reason, untold: [entry] },
  };
  await store.decision(projectId).write(decision, null, signal);
  events.emit({ event: 'failover', projectId, replicaProjectId, by, reason });
  return { record };
}

/** The mark goes, and with it every right to touch the project; whatever else it says stays as it is. */
export async function leaveCopy(
  record: ReplicaRecord,
  { generation }: StepOf<'leave'>,
  context: StepContext,
): Promise<StepResult> {
  const { target, policy } = context.deps;
  const { replicaProjectId } = generation;
  const project = await unlessGone(target.getProject(replicaProjectId, context.signal));
  if (project !== null && isRecordedReplica(project, record, policy.owner)) {
    const { name, description, settings } = project;
    const own = { name, description: withoutMarks(description), settings: withoutStorageUris(settings) };
    await target.updateProject(replicaProjectId, own, context.signal);
  }
  return forget(record, { do: 'forget', generation, because: 'unmarked' }, context);
}

/** From here on the copy is known as it is, and as none of what the source holds: another one is made, and this one may go. */
export async function dropWork(
  record: ReplicaRecord,
  { generation, replica, content }: StepOf<'drop-work'>,
  { save }: StepContext,
): Promise<StepResult> {
  const { observedAt, name, description, publications, models } = generation.holds;
  const { lastModified } = replica.project;
  const baseline = baselineOf(replica, content);
  const isRenamedOnly =
    baseline.revision === generation.baseline.revision && baseline.digest === generation.baseline.digest;
  // Ids of images and models, and times, are those of the source wherever they are compared with the source's.
  const ofSource = { observedAt, lastModified: null, labels: null, name, description, publications };
  const found = { ...snapshotOf(replica, content), ...ofSource, models };
  const holds = isRenamedOnly ? generation.holds : found;
  const facts = { name: replica.project.name, intendedName: null, baseline, lastModified };
  return { record: await save(withGeneration(record, generation.runId, { ...facts, holds })) };
}
