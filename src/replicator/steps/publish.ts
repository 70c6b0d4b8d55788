import { isFailure, ReplicationFailure } from '../../core/facts/failure.ts';
import type { PublicationStep, ReplicaPublication, WantedPublication } from '../../core/content/publications.ts';
import { isSame, isSameResource, withoutPublication } from '../../core/content/publications.ts';
import { withGeneration } from '../../core/facts/generation.ts';
import type { Generation, Published, Refused, ReplicaRecord, Run } from '../../core/facts/record.ts';
import type { StepOf } from '../../core/plan/types.ts';
import type { StepContext, StepResult } from '../context.ts';
import { readRoute, setRoute } from '../route.ts';

type Publications = Pick<Generation | Run, 'published' | 'refused'>;

/** The copy whose publications change, and how the record is told. */
interface Copy extends Publications {
  readonly replicaProjectId: string;
  readonly foundPublished: readonly ReplicaPublication[];
  readonly runId: string;
  /** A copy in the making is planned from its own facts: what else is on it was told when it was verified. */
  readonly isInTheMaking: boolean;
}

/** The copy that a step is about: the one that waits, where it names it; else the one in the making, or in use. */
function copyOf(record: ReplicaRecord, runId: string | undefined): Copy {
  const { run, generations, current } = record;
  if (runId === undefined && run !== null && run.replicaProjectId !== null) {
    const { replicaProjectId } = run;
    return { ...run, replicaProjectId, foundPublished: [], isInTheMaking: true };
  }
  const generation = generations.find((other) => other.runId === (runId ?? current));
  if (generation !== undefined) return { ...generation, isInTheMaking: false };
  throw nothingToPublish(record);
}

function nothingToPublish({ sourceProjectId }: ReplicaRecord): ReplicationFailure {
  return new ReplicationFailure(`The project ${sourceProjectId} has no replica to publish.`, {
    class: 'bug',
    code: 'NOTHING_TO_PUBLISH',
    hint: 'A publication was planned without a replica or a prediction resource; please report this.',
  });
}

function withPublications(
  record: ReplicaRecord,
  { isInTheMaking, runId }: Copy,
  { foundPublished, ...facts }: Partial<Pick<Generation, 'published' | 'refused' | 'foundPublished'>>,
): ReplicaRecord {
  if (isInTheMaking && record.run !== null) return { ...record, run: { ...record.run, ...facts } };
  return withGeneration(record, runId, { ...facts, ...(foundPublished !== undefined && { foundPublished }) });
}

/** Publishes an iteration of a copy, or ends its publication. It counts as published once the service has said yes. */
export async function changePublication(
  record: ReplicaRecord,
  step: PublicationStep,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save, signal } = context;
  const copy = copyOf(record, step.do === 'publish' ? step.runId : undefined);
  const { predictionResourceId } = deps.policy;
  if (predictionResourceId === null) throw nothingToPublish(record);
  if (step.do === 'publish') return publish(record, copy, step, predictionResourceId, context);
  const { replicaProjectId } = copy;
  const { iterationId, publishName } = step.publication;
  await deps.target.unpublishIteration(replicaProjectId, iterationId, signal);
  const projectId = record.sourceProjectId;
  deps.events.emit({ event: 'replica.unpublished', projectId, replicaProjectId, iterationId, publishName });
  const published = withoutPublication(copy.published, step.publication);
  const foundPublished = withoutPublication(copy.foundPublished, step.publication);
  return { record: await save(withPublications(record, copy, { published, foundPublished })) };
}

async function publish(
  record: ReplicaRecord,
  copy: Copy,
  { publication, isLast = false }: StepOf<'publish'>,
  resourceId: string,
  context: StepContext,
): Promise<StepResult> {
  const { deps, save } = context;
  const { iterationId, publishName, sourceIterationId } = publication;
  // Were we killed after the call, the next look would take what it finds there for somebody's own.
  const others = withoutPublication(copy.foundPublished, publication);
  const intended = withPublications(record, copy, { foundPublished: [...others, { iterationId, publishName }] });
  const asked = copy.isInTheMaking ? record : await save(intended);
  const refused = (copy.refused ?? []).filter((other) => !isSame(other, publication));
  try {
    await callPublish(asked, copy, publication, resourceId, context);
  } catch (error) {
    if (!isFailure(error, 'refused')) throw error;
    const refusal: Refused = { iterationId, publishName, resourceId, at: deps.clock.now().toISOString() };
    const { foundPublished } = copy;
    const facts = { refused: [...refused, refusal], foundPublished: [...foundPublished] };
    const noted = await save(withPublications(asked, copy, facts));
    if (!isLast) return { record: noted, wasRefused: true };
    return { record: noted, failure: refusedFailure(record, publishName, error) };
  }
  const projectId = record.sourceProjectId;
  const { replicaProjectId } = copy;
  deps.events.emit({ event: 'replica.published', projectId, replicaProjectId, iterationId, publishName });
  const entry: Published = {
    ...{ iterationId, publishName },
    ...(sourceIterationId !== undefined && { sourceIterationId }),
    resourceId,
  };
  const published = [...withoutPublication(copy.published, publication), entry];
  return { record: await save(withPublications(asked, copy, { published, refused, foundPublished: others })) };
}

function refusedFailure({ name }: ReplicaRecord, publishName: string, error: ReplicationFailure): ReplicationFailure {
  const { code, hint, status, requestId } = error;
  return new ReplicationFailure(`The replica of ${name} is not published as ${publishName}: ${error.message}`, {
    ...{ class: 'refused', code, hint, executed: 'no', requestId, cause: error },
    ...(status !== null && { status }),
  });
}

/**
 * An iteration that is published already must bear this name, at this resource: otherwise it is unpublished first, and
 * routing ceases to name it before that.
 */
async function callPublish(
  record: ReplicaRecord,
  { replicaProjectId, runId, published }: Copy,
  { iterationId, publishName }: WantedPublication,
  resourceId: string,
  context: StepContext,
): Promise<void> {
  const { deps, signal } = context;
  const { target, store } = deps;
  const call = () => target.publishIteration(replicaProjectId, iterationId, publishName, resourceId, true, signal);
  try {
    await call();
  } catch (error) {
    if (!isFailure(error) || error.code !== 'BadRequestIterationIsPublished') throw error;
    const now = (await target.getIterations(replicaProjectId, signal)).find(({ id }) => id === iterationId);
    const isThere = isSameResource(now?.originalPublishResourceId, resourceId);
    if (now?.publishName === publishName && isThere) return;
    const route = await readRoute(store, record.sourceProjectId, signal);
    const endedName = now?.publishName ?? publishName;
    if (record.current === runId && route?.secondary.publishNames.includes(endedName) === true) {
      const lasting = published.filter((other) => other.publishName !== endedName);
      await setRoute(withGeneration(record, runId, { published: lasting }), context);
    }
    await target.unpublishIteration(replicaProjectId, iterationId, signal);
    await call();
  }
}

/** What a look has shown of the publications of a copy. */
export async function notePublished(
  record: ReplicaRecord,
  { generation, published, foundPublished }: StepOf<'note-published'>,
  { save }: StepContext,
): Promise<StepResult> {
  const facts = { published: [...published], foundPublished: [...foundPublished] };
  return { record: await save(withGeneration(record, generation.runId, facts)) };
}
