import type { StoredProject, UnknownName } from '../../src/local/simulator/index.ts';
import { OUR_URIS, QUIET_IN_SECONDS } from './integration-scenery.ts';
import { CARS, currentCopy, expectInSync, FLOWERS, nextSweep, rowOf } from './scenery.ts';
import { PREDICTION_RESOURCE, type World } from './world.ts';

/** What has to happen for an unknown of the service to matter, with what is promised then. */
type Circumstance = (world: World, source: StoredProject) => Promise<void>;

const DAY_IN_SECONDS = 86_400;

function change(world: World, { id }: StoredProject): void {
  world.primary.resource.addImages(id, 1, { tags: ['rose'] });
}

/** Somebody trains while a changed project is to be copied: it is put off, and copied with the new model. */
async function whileTraining(world: World, source: StoredProject): Promise<void> {
  change(world, source);
  world.primary.resource.train(source.id);
  await world.pass(1);
  await world.converge();
  await nextSweep(world, 2);
  await expectInSync(world, source);
}

/** The resource holds fewer projects than SECONDARY_PROJECT_LIMIT says. */
async function onAFullTarget(world: World, source: StoredProject): Promise<void> {
  world.policy = { ...world.policy, targetProjectLimit: 200 };
  const { resource } = world.secondary;
  const theirs: StoredProject[] = [];
  while (resource.projects.length < 100) {
    theirs.push(await resource.addProject({ name: `Somebody’s ${theirs.length}` }));
  }
  change(world, source);
  await nextSweep(world);
  for (const { id } of theirs) expect(resource.project(id).status).toBe('Succeeded');
  for (const { id } of theirs) resource.removeProject(id);
  await world.pass(DAY_IN_SECONDS);
  await nextSweep(world, 2);
  await expectInSync(world, source);
}

/** An import hangs, and is given up in the end; a person helps where the service does not let go of it. */
async function withAnImportThatHangs(world: World, source: StoredProject): Promise<void> {
  world.secondary.faults.order({ operation: 'ImportProject', kind: 'never-ends' });
  change(world, source);
  await nextSweep(world);
  await world.settle(2 * 3_600);
  const hanging = world.secondary.resource.projects.find(({ status }) => status === 'Importing');
  if (hanging !== undefined) {
    expect((await rowOf(world, source.id)).failure).not.toBeNull();
    world.deleteByHand(hanging.id);
  }
  await world.pass(DAY_IN_SECONDS);
  await nextSweep(world, 2);
  await expectInSync(world, source);
}

/** Somebody takes the source's name right before the new copy is given it. */
async function withTheNameTaken(world: World, source: StoredProject): Promise<void> {
  const { secondary } = world;
  const off = secondary.on('UpdateProject', 'before-effect', async ({ path }) => {
    const isNaming = secondary.resource.projects.some(({ id, name }) => path.includes(id) && name.startsWith('cvr-'));
    const isFree = !secondary.resource.projects.some(({ name }) => name === source.name);
    if (isNaming && isFree) await secondary.resource.addProject({ name: source.name, description: 'Mine' });
  });
  change(world, source);
  await nextSweep(world, 2);
  off();
  const theirs = secondary.resource.projects.find(({ description }) => description === 'Mine');
  expect(theirs).toMatchObject({ name: source.name, status: 'Succeeded' });
  secondary.resource.removeProject(theirs!.id);
  await nextSweep(world, 2);
  await expectInSync(world, source);
}

async function whileThrottled(world: World, source: StoredProject): Promise<void> {
  for (const simulator of [world.primary, world.secondary]) {
    simulator.faults.order({ operation: '*', kind: 'throttle', times: 2, afterInSeconds: 3 });
  }
  change(world, source);
  await nextSweep(world, 2);
  await expectInSync(world, source);
}

/** A project that lacks its storage URIs is given them. */
async function withUrisToGive(world: World): Promise<void> {
  world.policy = { ...world.policy, integration: OUR_URIS };
  const bare = await world.primary.resource.addProject({ ...CARS, name: 'Boats' });
  await world.pass(QUIET_IN_SECONDS);
  await nextSweep(world, 2);
  expect(bare).toMatchObject(OUR_URIS);
  await expectInSync(world, bare);
}

/** The source is deleted between its export and the import. */
async function withTheSourceDeleted(world: World): Promise<void> {
  const dying = await world.primary.resource.addProject({ ...FLOWERS, name: 'Dying' });
  const off = world.secondary.on('ImportProject', 'before-effect', () => {
    if (world.primary.resource.projects.includes(dying)) world.primary.resource.removeProject(dying.id);
  });
  await nextSweep(world, 3);
  off();
  expect(world.secondary.resource.projects.filter(({ name }) => name.startsWith('cvr-'))).toEqual([]);
}

/** The copies are to be published to another prediction resource. */
async function withAnotherPredictionResource(world: World, source: StoredProject): Promise<void> {
  const predictionResourceId = `${PREDICTION_RESOURCE}-2`;
  world.policy = { ...world.policy, predictionResourceId };
  await nextSweep(world, 2);
  const copy = await currentCopy(world, source.id);
  const published = [...copy.iterations.values()].filter((iteration) => iteration.published);
  expect(published.map(({ publishedTo }) => publishedTo)).toEqual([predictionResourceId, predictionResourceId]);
  await expectInSync(world, source);
}

/** Those that a project's life alone does not bring up. */
export const CIRCUMSTANCES: Partial<Record<UnknownName, Circumstance>> = {
  exportWhileTraining: whileTraining,
  exportWhileTrainingStatus: whileTraining,
  importAtLimit: onAFullTarget,
  deleteWhileImporting: withAnImportThatHangs,
  publishUnderOwnName: withAnotherPredictionResource,
  publishedResourceShown: withAnotherPredictionResource,
  renameToTakenName: withTheNameTaken,
  retryAfter: whileThrottled,
  storageUrisByPatchOnV34: withUrisToGive,
  storageUrisOnV33: withUrisToGive,
  tokenValidAfterSourceDeletion: withTheSourceDeleted,
};

/** What the app never lets matter, whatever the service would do: these must not be read at all. */
export const NEVER_PUT_TO_IT: Partial<Record<UnknownName, string>> = {
  importNameTaken: 'each import has a name of its own',
  patchOmittedMembers: 'a project is always sent whole',
  tokenReusable: 'each import has a token of its own',
  updateWhileImporting: 'a copy is left alone until its import is over',
};
