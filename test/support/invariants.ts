import { isReplicaOf, isStagingName, runIdOfStagingName, validMark } from '../../src/core/content/mark.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import type { World } from './world.ts';

function toProject({ id, name, description }: StoredProject) {
  return { id, name, description };
}

/** Somebody deleted the copy that routing names, and its project was not looked at since: nobody can know. */
async function awaitsItsNextLook(world: World, sourceId: string, copyId: string): Promise<boolean> {
  if (!world.deletedByPerson.has(copyId)) return false;
  const stored = await world.store.record(sourceId).read();
  return stored === null || stored.value.generations.some(({ replicaProjectId }) => replicaProjectId === copyId);
}

/** What holds after every effect, wherever a process is killed. */
export async function checkAlways(world: World): Promise<void> {
  const { secondary, store } = world;
  const copies = new Map(secondary.resource.projects.map((project) => [project.id, project]));
  const routing = (await store.routing.read())?.value.projects ?? {};
  for (const [sourceId, { secondary: route }] of Object.entries(routing)) {
    const copy = copies.get(route.projectId);
    if (copy === undefined && (await awaitsItsNextLook(world, sourceId, route.projectId))) continue;
    if (copy === undefined) throw new Error(`Routing of ${sourceId} names ${route.projectId}, which is deleted.`);
    if (copy.status !== 'Succeeded') throw new Error(`Routing names ${copy.name}, which is ${copy.status}.`);
    if (isStagingName(copy.name)) throw new Error(`Routing names ${copy.name} before it has its name.`);
    const published = new Set([...copy.iterations.values()].map(({ publishName }) => publishName));
    const missing = route.publishNames.filter(
      (name) => !published.has(name) && !world.unpublishedByPerson.has(`${copy.id} ${name}`),
    );
    if (missing.length > 0) throw new Error(`Routing says that ${copy.name} is published as ${missing.join(', ')}.`);
  }
  const doubled = [...copies.values()].filter(({ name }) => /\(\d+\)$/.test(name));
  if (doubled.length > 0 && !world.expectsDoubles)
    throw new Error(`There are doubles: ${doubled.map(({ name }) => name).join(', ')}.`);
}

/** What holds when nothing is under way: no orphans, and no two copies of one revision. */
export async function checkAtRest(world: World): Promise<void> {
  world.deletedByPerson.clear();
  world.unpublishedByPerson.clear();
  await checkAlways(world);
  const known = new Set<string>();
  for (const id of await world.store.list()) {
    const record = await world.record(id);
    // A model that was trained anew under its old name is another, though nothing of it can be compared with the copy.
    const revisions = record.generations.map(({ holds }) =>
      JSON.stringify([holds.revision, holds.digest, holds.labels, holds.models]),
    );
    if (new Set(revisions).size < revisions.length) throw new Error(`${record.name} has two copies of one revision.`);
    for (const { replicaProjectId } of record.generations) known.add(replicaProjectId);
    if (record.run?.replicaProjectId != null) known.add(record.run.replicaProjectId);
  }
  for (const stored of world.secondary.resource.projects) {
    const project = toProject(stored);
    const mark = validMark(project);
    const isOurs =
      (mark !== null && isReplicaOf(project, mark.sourceProjectId, world.policy.owner)) ||
      runIdOfStagingName(project.name, world.policy.owner) !== null;
    if (isOurs && !known.has(project.id)) throw new Error(`${project.name} (${project.id}) is in no record.`);
  }
}
