import { markedDescription, stagingName, validMark, withoutMarks } from '../../src/core/content/mark.ts';
import { nameWithId, unverifiedName } from '../../src/core/content/naming.ts';
import type { Step } from '../../src/core/plan/types.ts';
import type { PublicationStep } from '../../src/core/content/publications.ts';
import { afterPublicationStep, withoutPublication } from '../../src/core/content/publications.ts';
import type { Generation, ReplicaRecord, Run, Snapshot } from '../../src/core/facts/record.ts';
import { currentGeneration } from '../../src/core/facts/record.ts';
import { revisionOf } from '../../src/core/content/revision.ts';
import { routeTo } from '../../src/core/facts/routing.ts';
import { aGeneration, aRun, contentOf, exportCounts, PAIR } from './builders.ts';
import type { Held, PlannerWorld } from './planner-world.ts';

function runOf({ record }: PlannerWorld): Run {
  if (record.run === null) throw new Error('the step needs a run');
  return record.run;
}

/** A project on the target; where the service has none, the step fails as it would there. */
function heldBy(world: PlannerWorld, projectId: string | null): Held {
  const held = world.target.get(projectId ?? '');
  if (held === undefined) throw new Error(`there is no project ${projectId} on the target`);
  return held;
}

function setRoute(world: PlannerWorld, record: ReplicaRecord): void {
  const current = currentGeneration(record);
  const { predictionEndpoints } = world.policy;
  world.route = current && routeTo(record, current, predictionEndpoints, world.route ?? undefined);
}

function describe(world: PlannerWorld, held: Held, runId: string, holds: Snapshot, name: string): void {
  const { revision, description } = holds;
  const { sourceProjectId } = world.record;
  const mark = { sourceProjectId, revision, runId, replicaProjectId: held.project.id, pair: PAIR };
  world.change(held, { name, description: markedDescription(description, mark) });
}

function beginImport(world: PlannerWorld, { before, observation }: Step & { do: 'import' }): void {
  const { source, target, policy, record } = world;
  if (source === null) throw new Error('there is nothing to export');
  const limit = policy.targetProjectLimit;
  if (target.size >= limit) throw new Error(`import number ${target.size + 1} of ${limit}`);
  const fate = world.fates.shift() ?? 'succeeds';
  const runId = record.run?.runId ?? `run-${world.newId()}`;
  const counts = { images: observation.imageCount, iterations: observation.iterations.length, tags: 1 };
  const intent = {
    stagingName: stagingName(PAIR, runId),
    requestedAt: world.now(),
    exported: exportCounts(counts),
    estimatedImportInSeconds: null,
  };
  const run = aRun({ runId, startedAt: world.now(), before, intent: fate === 'is refused' ? null : intent });
  world.record = { ...record, run, source: before, triggeredAt: null };
  if (fate === 'is refused' || fate === 'is lost') return;
  const id = world.newId();
  const status = fate === 'fails' ? 'Failed' : 'Succeeded';
  const project = { ...source.project, id, name: intent.stagingName, status, drModeEnabled: false };
  const images = fate === 'lacks an image' ? source.images.slice(1) : source.images;
  const iterations = source.iterations.map((iteration) => ({ ...iteration, id: world.newId(), publishName: null }));
  target.set(id, { project, images: [...images], tags: source.tags, iterations });
  if (fate !== 'reply is lost') world.noteRun({ replicaProjectId: id });
}

function switchTo(world: PlannerWorld, { project }: Step & { do: 'switch' }): void {
  const { record } = world;
  const run = runOf(world);
  const { verified, naming, importedAt } = run;
  if (!verified || !naming?.namedAt || !importedAt) throw new Error('the run is not complete');
  const generation = aGeneration({
    runId: run.runId,
    replicaProjectId: project.id,
    name: naming.name,
    holds: run.before,
    importedAt,
    verifiedAt: verified.at,
    baseline: verified.baseline,
    lastModified: project.lastModified,
    published: run.published,
  });
  const generations = [...record.generations, generation];
  world.record = { ...record, generations, current: run.runId, run: null, lastLacking: [] };
  setRoute(world, world.record);
}

function changePublication(world: PlannerWorld, step: PublicationStep): void {
  const { run } = world.record;
  const current = currentGeneration(world.record);
  const isMade = run !== null && run.replicaProjectId !== null;
  const replica = isMade ? run : current;
  if (replica === null) throw new Error('there is no copy to publish');
  const { iterationId, publishName } = step.publication;
  const held = heldBy(world, replica.replicaProjectId);
  held.iterations = held.iterations.map((iteration) => {
    if (iteration.id === iterationId) return { ...iteration, publishName: step.do === 'publish' ? publishName : null };
    return iteration.publishName === publishName ? { ...iteration, publishName: null } : iteration;
  });
  world.change(held);
  const published = afterPublicationStep(replica.published, step);
  if (isMade) world.noteRun({ published });
  else {
    const left = 'foundPublished' in replica ? replica.foundPublished : [];
    const foundPublished = withoutPublication(left, step.publication);
    world.note(replica, { published, foundPublished });
  }
}

function rebuild(world: PlannerWorld, { project }: Step & { do: 'rebuild' }): void {
  const mark = validMark(project);
  if (mark === null) throw new Error('a project without a mark was rebuilt');
  const held = heldBy(world, project.id);
  const { runId, revision } = mark;
  const { digest, labels } = contentOf(held.images);
  const { name, lastModified } = project;
  const description = withoutMarks(project.description);
  const none = { lastModified: null, publications: [], iterations: [] };
  const generation = aGeneration({
    runId,
    replicaProjectId: project.id,
    name,
    holds: { observedAt: world.now(), revision, digest, labels: null, name, description, ...none },
    verifiedAt: name.includes('[unverified') ? null : world.now(),
    baseline: { revision: revisionOf(world.observe(held)), digest, labels },
    lastModified,
    foundPublished: held.iterations.flatMap(({ id: iterationId, publishName }) =>
      publishName === null ? [] : [{ iterationId, publishName }],
    ),
  });
  const generations = [...world.record.generations, generation].sort((left, right) =>
    left.runId < right.runId ? -1 : 1,
  );
  world.record = { ...world.record, generations };
}

function isChanged(held: Held, generation: Generation): boolean {
  return held.project.name !== generation.name || contentOf(held.images).labels !== generation.baseline.labels;
}

/** As retiring is: routing is read first, then the copy itself, which must be as it was left. */
function retire(world: PlannerWorld, { generation }: Step & { do: 'retire' }): void {
  const routed = world.route?.secondary.projectId;
  if (routed === undefined || routed === generation.replicaProjectId || generation.runId === world.record.current) {
    throw new Error('a copy was retired that routing may name');
  }
  const held = heldBy(world, generation.replicaProjectId);
  if (isChanged(held, generation)) {
    world.note(generation, { changedBySomebody: true });
    return;
  }
  world.target.delete(generation.replicaProjectId);
  letGo(world, generation);
}

function letGo(world: PlannerWorld, { runId }: Generation): void {
  const generations = world.record.generations.filter((other) => other.runId !== runId);
  const current = world.record.current === runId ? null : world.record.current;
  world.record = { ...world.record, generations, current };
}

function forget(world: PlannerWorld, { generation, because }: Step & { do: 'forget' }): void {
  const held = world.target.get(generation.replicaProjectId);
  if ((because === 'gone') !== (held === undefined)) throw new Error(`a copy was forgotten that is not ${because}`);
  letGo(world, generation);
  if (world.record.current === null) setRoute(world, world.record);
}

function keepUnverified(world: PlannerWorld, step: Step & { do: 'keep-unverified' }): void {
  const { runId, replicaProjectId, before } = runOf(world);
  const held = heldBy(world, replicaProjectId);
  const name = unverifiedName(before.name, runId);
  world.change(held, { name });
  const baseline = { revision: revisionOf(step.replica), digest: step.content.digest, labels: step.content.labels };
  const facts = { runId, replicaProjectId: held.project.id, name, holds: before, baseline, lastModified: null };
  const generation = aGeneration({ ...facts, verifiedAt: null });
  world.record = { ...world.record, generations: [...world.record.generations, generation] };
  world.endRun([...step.lacking]);
}

function renamePredecessor(world: PlannerWorld): void {
  const { naming } = runOf(world);
  if (!naming?.predecessor) throw new Error('nothing steps aside');
  const { replicaProjectId, name } = naming.predecessor;
  const held = world.target.get(replicaProjectId);
  const older = world.record.generations.find((generation) => generation.replicaProjectId === replicaProjectId);
  if (held !== undefined && older !== undefined && isChanged(held, older)) {
    world.note(older, { changedBySomebody: true });
    world.noteRun({
      naming: {
        ...naming,
        name: nameWithId(runOf(world).before.name, runOf(world).replicaProjectId ?? ''),
        predecessor: null,
      },
    });
    return;
  }
  if (held !== undefined) world.change(held, { name });
  if (older !== undefined) world.note(older, { name });
  world.noteRun({ naming: { ...naming, predecessorRenamedAt: world.now() } });
}

function route(world: PlannerWorld, { source, published }: Step & { do: 'route' }): void {
  const { record } = world;
  const generations = record.generations.map((generation) =>
    generation.runId === record.current ? { ...generation, published: [...published] } : generation,
  );
  setRoute(world, { ...record, source, generations });
}

function mark(world: PlannerWorld): void {
  const { runId, before, replicaProjectId, intent } = runOf(world);
  describe(world, heldBy(world, replicaProjectId), runId, before, intent?.stagingName ?? '');
  world.noteRun({ markedAt: world.now() });
}

function discard(world: PlannerWorld, step: Step & { do: 'discard' }): void {
  world.target.delete(runOf(world).replicaProjectId ?? '');
  world.endRun([...step.discard.lacking]);
}

function rename(world: PlannerWorld): void {
  const { naming, replicaProjectId } = runOf(world);
  if (naming === null) throw new Error('there is no name');
  world.change(heldBy(world, replicaProjectId), { name: naming.name });
  world.noteRun({ naming: { ...naming, namedAt: world.now() } });
}

function align(world: PlannerWorld, { generation, name, source }: Step & { do: 'align' }): void {
  const holds = { ...generation.holds, name: source.name, description: source.description };
  describe(world, heldBy(world, generation.replicaProjectId), generation.runId, holds, name);
  world.note(generation, { name, holds });
}

function noteProof(world: PlannerWorld, { generation, lastModified, full }: Step & { do: 'note-proof' }): void {
  world.note(generation, { lastModified, verifiedAt: full ? world.now() : generation.verifiedAt });
}

type Effects = { readonly [Kind in Step['do']]: (world: PlannerWorld, step: Extract<Step, { do: Kind }>) => void };

const EFFECTS: Effects = {
  import: beginImport,
  adopt: (world, { replicaProjectId }) => world.noteRun({ replicaProjectId }),
  'end-run': (world) => world.endRun([]),
  'note-imported': (world) => world.noteRun({ importedAt: world.now() }),
  mark,
  unlink: (world) => world.noteRun({ unlinked: { at: world.now(), differences: [] } }),
  'note-verified': (world, { verified }) => world.noteRun({ verified }),
  discard,
  'keep-unverified': keepUnverified,
  'intend-names': (world, { naming }) => world.noteRun({ naming }),
  'rename-predecessor': renamePredecessor,
  rename,
  switch: switchTo,
  publish: changePublication,
  unpublish: changePublication,
  align,
  route,
  'note-proof': noteProof,
  rebuild,
  promote: (world, { generation }) => {
    world.record = { ...world.record, current: generation.runId };
  },
  retire,
  forget,
  // The policy of these worlds leaves the source as it is.
  integrate: (_world, { project }) => {
    throw new Error(`the source project ${project.name} was written to`);
  },
  'note-integration': (world, { integration }) => {
    world.record = { ...world.record, integration };
  },
};

/** What a step does to the target, to routing and to the record. */
export function applyStep(world: PlannerWorld, step: Step): void {
  const effect = EFFECTS[step.do] as (world: PlannerWorld, step: Step) => void;
  effect(world, step);
}
