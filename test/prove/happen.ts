import { confirmBrake, requestReplication } from '../../src/app/triggers.ts';
import { failBack } from '../../src/app/failback.ts';
import { failOver } from '../../src/app/failover.ts';
import { failbackBodySchema, failoverBodySchema } from '../../src/core/facts/decision.ts';
import { releaseProject, restoreReplica } from '../../src/app/decisions.ts';
import { ServiceError } from '../../src/local/simulator/service-error.ts';
import type { StoredProject } from '../../src/local/simulator/state.ts';
import { touchContent } from '../../src/local/simulator/world.ts';
import { PRIMARY_PREDICTION_RESOURCE } from './installation.ts';
import type { ProveWorld } from './prove-world.ts';
import type { Edit, Happening, LostState, PersonsAct } from './script.ts';
import type { TwinService } from './twin-service.ts';
import type { VirtualTime } from './virtual-time.ts';

/** More are not added: what a sweep costs grows with them. */
const MOST_PROJECTS = 5;
const NOBODY = { by: 'Ada', reason: 'The script says so' };

/** Makes one thing happen in a world. What the service refuses does not happen. */
export async function happen(world: ProveWorld, happening: Happening): Promise<void> {
  try {
    const table = HAPPENINGS as Readonly<Record<string, (world: ProveWorld, happening: never) => unknown>>;
    await table[happening.do]?.(world, happening as never);
  } catch (error) {
    if (!(error instanceof ServiceError) && !(error instanceof RangeError)) throw error;
  }
  world.truth.noteSources();
}

type Of<K extends Happening['do']> = Happening & { readonly do: K };

const HAPPENINGS: { [K in Happening['do']]: (world: ProveWorld, happening: Of<K>) => unknown } = {
  add: ({ primary }, { name, images, isDetector }) =>
    primary.world.projects.size < MOST_PROJECTS && add(primary, name, images, isDetector),
  edit: (world, { project, change }) => ofSource(world, project, (source) => edit(world.primary, source, change)),
  train: (world, { project, fails }) => ofSource(world, project, (source) => train(world, source, fails)),
  publish: (world, { project, iteration, name }) =>
    ofSource(world, project, ({ id, iterations }) => {
      const trained = [...iterations.values()].filter(({ status }) => status === 'Completed');
      const one = trained[iteration % trained.length];
      if (one === undefined) return;
      if (one.published) world.primary.resource.unpublish(id, one.id);
      const publication = { publishName: name, predictionId: PRIMARY_PREDICTION_RESOURCE, overwrite: true };
      world.primary.resource.publish(id, one.id, publication);
    }),
  unpublish: (world, { project }) => ofSource(world, project, (source) => unpublishAll(world.primary, source)),
  rename: (world, { project, name }) =>
    ofSource(world, project, ({ id }) => world.primary.resource.updateProject(id, { name })),
  describe: (world, { project, text }) =>
    ofSource(world, project, ({ id }) => world.primary.resource.updateProject(id, { description: text })),
  wipe: (world, { project }) =>
    ofSource(world, project, ({ id, images }) => world.primary.resource.removeImages(id, [...images.keys()])),
  retrain: (world, { project }) => ofSource(world, project, (source) => retrain(world.primary, source)),
  delete: (world, { project }) => ofSource(world, project, ({ id }) => world.primary.resource.removeProject(id)),
  person: (world, { act, copy }) => ofCopy(world, copy, (project) => byPerson(world, project, act)),
  stranger: async (world, { name }) => {
    await add(world.secondary, name, 1, false);
    const project = world.secondary.resource.projects.at(-1);
    if (project !== undefined) world.truth.noteStranger(project);
  },
  outage: (world, { side, how, minutes }) =>
    side === 'storage' ? storageOutage(world, minutes) : outage(world, world[side], how, minutes),
  fault: (world, { side, order }) => world[side].order(order),
  'read-only': (world, { side, minutes }) => {
    world[side].world.drMode = true;
    later(world.time, minutes, () => (world[side].world.drMode = false));
  },
  room: ({ secondary, time }, { slots, minutes }) => {
    secondary.world.limits.projects = secondary.world.projects.size + slots;
    later(time, minutes, () => (secondary.world.limits.projects = 100));
  },
  'rotate-key': (world, { side, minutes }) => rotateKey(world, world[side], minutes),
  kill: ({ hosts }, { host, after, phase }) => hosts[host % hosts.length]?.process.killAt({ after, phase }),
  'lose-leases': ({ storage }) => storage.loseLeases(),
  'lose-messages': ({ queue }) => queue.loseAll(),
  'lose-replies': ({ storage }, { count }) => (storage.lostReplies = count),
  mischief: ({ queue: { mischief }, time }, { lost, doubled, late, minutes }) => {
    Object.assign(mischief, { lost, doubled, late });
    later(time, minutes, () => Object.assign(mischief, { lost: 0, doubled: 0, late: 0 }));
  },
  clock: (world, { host, seconds, minutes }) => {
    const turned = world.hosts[host % world.hosts.length];
    if (turned === undefined) return;
    turned.clockIsOffBySeconds = seconds;
    world.mostSkewInSeconds = Math.max(world.mostSkewInSeconds, Math.abs(seconds));
    later(world.time, minutes, () => (turned.clockIsOffBySeconds = 0));
  },
  'lose-state': (world, { what, project }) => loseState(world, what, project),
  decide: (world, { what, project }) => decide(world, what, project),
};

function later(time: VirtualTime, minutes: number, run: () => unknown): void {
  time.schedule(minutes * 60_000, () => void run());
}

function nth<T>(values: readonly T[], number: number): T | undefined {
  return values[number % values.length];
}

function ofSource(world: ProveWorld, number: number, run: (project: StoredProject) => unknown): unknown {
  const project = nth(world.primary.resource.projects, number);
  return project === undefined ? undefined : run(project);
}

/** A copy of ours that is there, whatever it is used for. */
function ofCopy(world: ProveWorld, number: number, run: (project: StoredProject) => unknown): unknown {
  const ours = world.secondary.resource.projects.filter(({ id }) => world.truth.copies.has(id));
  const project = nth(ours, number);
  return project === undefined ? undefined : run(project);
}

async function add({ resource }: TwinService, name: string, images: number, isDetector: boolean): Promise<void> {
  await resource.addProject({
    name: resource.projects.some((other) => other.name === name) ? `${name} ${resource.projects.length}` : name,
    description: `What ${name} look like`,
    type: isDetector ? 'ObjectDetection' : 'Classification',
    tags: [
      { name: 'one', images },
      { name: 'other', images: 2 },
    ],
    untaggedImages: 1,
    iterations: [
      { name: 'Iteration 1' },
      { name: 'Iteration 2', publishName: 'production', predictionId: PRIMARY_PREDICTION_RESOURCE },
    ],
  });
}

function edit({ resource, world }: TwinService, project: StoredProject, change: Edit): void {
  const images = [...project.images.values()];
  const [first, last] = [images[0], images.at(-1)];
  const [tag, other] = [...project.tags.values()];
  if (change === 'add-images' && tag !== undefined) {
    const box = { tag: tag.name, left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
    const isDetector = project.classificationType === null;
    resource.addImages(project.id, 1 + (images.length % 3), isDetector ? { regions: [box] } : { tags: [tag.name] });
    return;
  }
  if (first === undefined || last === undefined || tag === undefined || other === undefined) return;
  if (change === 'remove-images') {
    resource.removeImages(project.id, [first.id]);
    return;
  }
  if (change === 'move-boxes') {
    const labelled = images.find(({ regions }) => regions.length > 0);
    if (labelled === undefined) return;
    labelled.regions = labelled.regions.map((region) => ({ ...region, left: (region.left + 0.07) % 0.6 }));
  } else {
    // What has the one tag gets the other: of one image, so that counts move, or of two, so that they do not.
    for (const image of [first, last]) {
      const [from, to] = image.tags.has(tag.id) ? [tag.id, other.id] : [other.id, tag.id];
      if (!image.tags.delete(from)) continue;
      image.tags.set(to, world.clock.now());
      image.regions = image.regions.map((region) => ({ ...region, tagId: to }));
    }
  }
  touchContent(world, project);
}

function train(world: ProveWorld, { id }: StoredProject, fails: boolean): void {
  const { resource } = world.primary;
  const iteration = resource.train(id, { ending: { kind: fails ? 'fails' : 'succeeds' } });
  world.time.schedule(world.primary.world.delays.trainingInSeconds * 1_000 + 1, () => {
    world.truth.noteSources();
    if (!world.script.notifies || world.random.chance(0.1)) return;
    const trainingStatus = fails ? 'TrainingFailed' : 'TrainingCompleted';
    const content = { projectId: id, iterationId: iteration.id, trainingStatus };
    const text = JSON.stringify({ version: '1.0', type: 'Training', Content: content });
    for (let copies = world.random.chance(0.2) ? 2 : 1; copies > 0; copies -= 1) {
      world.time.schedule(world.random.between(0, 20_000), () => world.notify(text));
    }
  });
}

function unpublishAll({ resource }: TwinService, { id, iterations }: StoredProject): void {
  for (const iteration of iterations.values()) if (iteration.published) resource.unpublish(id, iteration.id);
}

function retrain({ resource }: TwinService, { id, iterations }: StoredProject): void {
  const old = [...iterations.values()].findLast(({ status }) => status === 'Completed');
  if (old === undefined) return;
  iterations.delete(old.id);
  resource.addImages(id, 1, {});
  resource.addIteration(id, {
    name: old.name,
    ...(old.published && old.publishName !== null && { publishName: old.publishName }),
    ...(old.published && { predictionId: PRIMARY_PREDICTION_RESOURCE }),
  });
}

async function byPerson(
  { secondary, truth, time }: ProveWorld,
  project: StoredProject,
  act: PersonsAct,
): Promise<void> {
  const { resource } = secondary;
  const copy = truth.copies.get(project.id);
  if (copy === undefined || project.status === 'Importing') return;
  if (act === 'unpublish') {
    for (const { published, publishName } of project.iterations.values()) {
      if (published && publishName !== null) copy.ended.add(publishName);
    }
    unpublishAll(secondary, project);
    return;
  }
  if (act === 'delete') {
    copy.isDeletedByPerson = true;
    resource.removeProject(project.id);
    return;
  }
  copy.takenAt = time.now();
  // Before it is in use nobody knows what it was like before.
  copy.isForgotten = !copy.wasRouted;
  if (act === 'rename') await resource.updateProject(project.id, { name: `${project.name} mine` });
  else if (act === 'unmark') await resource.updateProject(project.id, { description: 'mine' });
  else if (act === 'train') resource.addIteration(project.id, {});
  else resource.addImages(project.id, 1, {});
}

function outage({ time }: ProveWorld, service: TwinService, how: TwinService['outage'], minutes: number): void {
  service.outage = how;
  later(time, minutes, () => (service.outage = null));
}

/** Nobody can renew a lease meanwhile. */
function storageOutage({ time, storage }: ProveWorld, minutes: number): void {
  storage.isDown = true;
  if (minutes > 1) later(time, 1, () => storage.isDown && storage.loseLeases());
  later(time, minutes, () => (storage.isDown = false));
}

function rotateKey({ time, hosts }: ProveWorld, service: TwinService, minutes: number): void {
  service.key = service.key.replace(/\d+$/, (number) => String((Number(number) + 1) % 10));
  time.schedule(minutes * 60_000, () => {
    service.keyInSettings = service.key;
    for (const host of hosts) host.restart();
  });
}

function loseState(world: ProveWorld, what: LostState, number: number): void {
  const { store } = world.storage;
  const records = [...store.texts.keys()].filter((name) => name.startsWith('records/'));
  const lost: Record<LostState, readonly string[]> = {
    record: [nth(records, number) ?? []].flat(),
    'all-records': records,
    routing: ['routing.json'],
    sweep: ['sweep.json'],
    triggers: [...store.texts.keys()].filter((name) => /^(triggers|reading)\//.test(name)),
    holds: ['holds.json'],
    everything: [...store.texts.keys()].filter((name) => !/^(installation|decisions)/.test(name)),
  };
  for (const name of lost[what]) {
    store.delete(name);
    const [, sourceId] = /^records\/(.+)\.json$/.exec(name) ?? [];
    for (const [, copy] of sourceId === undefined ? [] : world.truth.copiesOf(sourceId)) {
      copy.isForgotten = copy.takenAt !== null;
    }
  }
}

async function decide(
  world: ProveWorld,
  what: Extract<Happening, { do: 'decide' }>['what'],
  number: number,
): Promise<void> {
  if (world.storage.isDown) return;
  const { onlooker } = world;
  const source = nth(world.primary.resource.projects, number);
  if (what === 'confirm-brake') await confirmBrake(onlooker, NOBODY.by);
  else if (source === undefined) return;
  else if (what === 'request') await requestReplication(onlooker, source.id);
  else if (what === 'fail-over') {
    await failOver(onlooker, failoverBodySchema.parse({ projects: [source.id], ...NOBODY, evenIfNotReady: true }));
  } else if (what === 'fail-back') {
    const body = failbackBodySchema.parse({ projects: [source.id], ...NOBODY, work: 'drop' });
    world.note(`fail-back: ${JSON.stringify(await failBack(onlooker, body))}`);
  } else if (what === 'release') {
    const { outcome } = await releaseProject(onlooker, source.id, NOBODY);
    if (outcome === 'done') world.releasedAt.set(source.id, world.time.now());
  } else {
    const older = world.truth.copiesOf(source.id).filter(([, { wasRouted }]) => wasRouted);
    const [copyId] = nth(older, number) ?? [];
    if (copyId !== undefined) await restoreReplica(onlooker, copyId, NOBODY);
  }
}
