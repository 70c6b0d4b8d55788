import { releaseProject } from '../../src/app/decisions.ts';
import type { Result } from '../../src/app/send-clients.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { outcomesOf, sendBack, sendOver, sentOver, WHO } from '../support/failing-over.ts';
import { openedApp } from '../support/opened-app.ts';
import {
  addRose,
  copied,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  publishedOn,
  routeOf,
  rowOf,
  swapLabels,
  writesTo,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import { PREDICTION_RESOURCE, type World, type WorldOptions } from '../support/world.ts';

let world: World;
let source: StoredProject;

/** Clients are on the copy; answers with its id. */
async function failedOver(options: WorldOptions = {}): Promise<string> {
  world = await startWorld(options);
  source = await copied(world);
  return sentOver(world, source);
}

const decisionOf = async () => (await world.store.decision(source.id).read())?.value ?? null;
const activeNow = async (): Promise<string | undefined> => (await routeOf(world, source.id))?.active;

async function oneResult(answer: ReturnType<typeof sendBack>): Promise<Result> {
  const results = await answer;
  if ('code' in results || results[0] === undefined) throw new Error('There is no result.');
  return results[0];
}

describe('failing back', () => {
  it('sends clients to the primary, and copying resumes: what was held back is copied', async () => {
    const id = await failedOver();
    addRose(world.primary, source);
    await nextSweep(world);
    expect((await currentOf(world, source.id)).replicaProjectId).toBe(id);
    expect(await outcomesOf(sendBack(world, { by: 'Bob', reason: 'the region is up' }))).toEqual({ Flowers: 'done' });
    expect(await activeNow()).toBe('primary');
    expect(await decisionOf()).toMatchObject({ active: 'primary', frozen: false, replicaProjectId: null, by: 'Bob' });
    await nextSweep(world);
    await expectInSync(world, source);
    expect((await currentOf(world, source.id)).replicaProjectId).not.toBe(id);
    expect(await activeNow()).toBe('primary');
    const { entries } = await world.history.read(source.id, null);
    const decided = entries.filter(({ event }) => event.startsWith('fail'));
    expect(decided).toMatchObject([
      { event: 'failover', ...WHO },
      { event: 'failback', by: 'Bob', reason: 'the region is up', evidence: { work: null } },
    ]);
    expect(await outcomesOf(sendBack(world))).toEqual({ Flowers: 'already' });
  });

  it('uses the copy that was finished meanwhile, where the primary still holds what it does', async () => {
    world = await startWorld({ secondary: { delays: { importInSeconds: 600 } } });
    source = await copied(world);
    addRose(world.primary, source);
    await world.pass(1_800);
    await world.sweep();
    await outcomesOf(sendOver(world));
    await world.settle();
    expect(await outcomesOf(sendBack(world))).toEqual({ Flowers: 'done' });
    await nextSweep(world);
    await expectInSync(world, source);
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
  });

  it('is the only end of it: the project is not released by other means', async () => {
    await failedOver();
    expect(await releaseProject(openedApp(world), source.id, WHO)).toEqual({ outcome: 'failed-over' });
    expect(await activeNow()).toBe('secondary');
  });

  it.each(['before', 'after'] as const)(
    'of which the process dies %s routing is written is finished by the next look',
    async (phase) => {
      await failedOver();
      world.killer.killAt(0, phase, (effect) => effect === 'routing.write');
      await sendBack(world).catch(() => undefined);
      await world.restart();
      await nextSweep(world);
      expect(await activeNow()).toBe('primary');
      await expectInSync(world, source);
    },
  );
});

describe('a primary that clients could not predict on', () => {
  const states: readonly [what: string, does: () => unknown, told: RegExp][] = [
    ['lacks a name that they use', () => unpublish(world.primary, source), /does not publish production/],
    ['has no such project', () => world.primary.resource.removeProject(source.id), /has no project Flowers/],
    [
      'does not answer',
      () => world.primary.faults.order({ operation: '*', kind: 'drop', times: 'always' }),
      /did not tell/,
    ],
  ];

  it.each(states)('gets none where it %s: they stay on the copy', async (_what, does, told) => {
    await failedOver();
    does();
    const { outcome, message } = await oneResult(sendBack(world));
    expect(outcome).toBe('primary-does-not-predict');
    expect(message).toMatch(told);
    expect(await activeNow()).toBe('secondary');
    expect(await decisionOf()).toMatchObject({ active: 'secondary', frozen: true });
  });
});

function unpublish({ resource }: World['primary'], project: StoredProject): void {
  for (const { id, publishName } of project.iterations.values()) {
    if (publishName !== null) resource.unpublish(project.id, id);
  }
}

/** What somebody may do on the copy while clients are there. */
const WORK: readonly [what: string, does: (copy: StoredProject) => unknown, told: string][] = [
  ['added an image', (copy) => world.secondary.resource.addImages(copy.id, 1, { tags: ['rose'] }), '9 images'],
  ['added a tag', (copy) => world.secondary.resource.addTag(copy.id, { name: 'dent' }), '3 tags'],
  ['trained it', (copy) => world.secondary.resource.addIteration(copy.id, { name: 'Night' }), 'Night'],
  ['named it', (copy) => world.secondary.resource.updateProject(copy.id, { name: 'Mine' }), 'named Mine'],
  ['swapped labels', (copy) => swapLabels(world.secondary, copy), 'Copy now'],
  ['published it under a name of theirs', (copy) => publishOwn(copy), 'dr-only'],
];

function publishOwn(copy: StoredProject): void {
  const free = [...copy.iterations.values()].find(({ publishName }) => publishName === null);
  world.secondary.resource.publish(copy.id, free?.id ?? '', {
    publishName: 'dr-only',
    predictionId: PREDICTION_RESOURCE,
  });
}

describe('work on the copy', () => {
  it.each(WORK)(
    'is not lost where somebody %s: failing back tells what was copied, and what both sides are',
    async (_what, does, told) => {
      const id = await failedOver();
      await does(world.secondary.resource.project(id));
      await nextSweep(world);
      const { outcome, message, hint } = await oneResult(sendBack(world));
      expect(outcome).toBe('work-on-copy');
      expect(message).toContain(told);
      expect(message).toMatch(/Copied at .*8 images, 2 tags.*Primary now.*8 images, 2 tags.*Copy now/);
      expect(hint).toContain('"keep"');
      expect(await activeNow()).toBe('secondary');
    },
  );

  it.each(WORK)(
    'is kept where somebody %s, if that is asked for: the copy is theirs, and another is made',
    async (_what, does) => {
      const id = await failedOver();
      await does(world.secondary.resource.project(id));
      const { name, images, tags } = world.secondary.resource.project(id);
      const was = {
        name,
        images: images.size,
        tags: tags.size,
        published: publishedOn(world.secondary.resource.project(id)),
      };
      expect(await outcomesOf(sendBack(world, { work: 'keep' }))).toEqual({ Flowers: 'done' });
      await nextSweep(world, 3);
      const theirs = world.secondary.resource.project(id);
      const is = {
        name: theirs.name,
        images: theirs.images.size,
        tags: theirs.tags.size,
        published: publishedOn(theirs),
      };
      expect(is).toEqual(was);
      expect(theirs.description).toBe(FLOWERS.description);
      expect(await rowOf(world, source.id)).toMatchObject({ sync: 'in-sync', failure: null });
      const { replicaProjectId } = await currentOf(world, source.id);
      expect(replicaProjectId).not.toBe(id);
      expect(await routeOf(world, source.id)).toMatchObject({
        active: 'primary',
        secondary: { projectId: replicaProjectId },
      });
    },
  );

  it.each(WORK)('goes where somebody %s, if that is asked for: copying resumes', async (_what, does) => {
    const id = await failedOver({ policy: { generationsToKeep: 1, keepCopiesForInSeconds: 0 } });
    await does(world.secondary.resource.project(id));
    expect(await outcomesOf(sendBack(world, { work: 'drop' }))).toEqual({ Flowers: 'done' });
    world.primary.resource.addImages(source.id, 2, { tags: ['tulip'] });
    await nextSweep(world, 3);
    await expectInSync(world, source);
    expect((await currentOf(world, source.id)).replicaProjectId).not.toBe(id);
    expect(world.eventsOf('project.diverged')).toEqual([]);
  });

  it('that is dropped is retired with its copy, as any older copy is', async () => {
    const id = await failedOver({ policy: { generationsToKeep: 1, keepCopiesForInSeconds: 0 } });
    world.secondary.resource.addImages(id, 1, { tags: ['rose'] });
    await outcomesOf(sendBack(world, { work: 'drop' }));
    await nextSweep(world, 3);
    await expectInSync(world, source);
    expect(world.secondary.resource.projects.map((project) => project.id)).not.toContain(id);
  });

  it('that was done after clients were sent back is not dropped: the project waits for a person', async () => {
    const id = await failedOver();
    world.secondary.resource.addImages(id, 1, { tags: ['rose'] });
    const answer = await sendBack(world, { work: 'drop' });
    expect(answer).toMatchObject([{ outcome: 'done' }]);
    world.secondary.resource.addImages(id, 1, { tags: ['rose'] });
    await nextSweep(world, 2);
    expect(await rowOf(world, source.id)).toMatchObject({ sync: 'parked', failure: { code: 'REPLICA_CHANGED' } });
    expect(world.secondary.resource.projects.map((project) => project.id)).toContain(id);
  });

  it('that nobody can look at is not dropped: clients go back where it is kept, whatever it is', async () => {
    await failedOver();
    const writes = writesTo(world.secondary).length;
    world.secondary.faults.order({ operation: '*', kind: 'drop', times: 'always' });
    for (const work of ['refuse', 'drop'] as const) {
      expect(await outcomesOf(sendBack(world, { work }))).toEqual({ Flowers: 'conflict' });
    }
    expect(await activeNow()).toBe('secondary');
    expect(await outcomesOf(sendBack(world, { work: 'keep' }))).toEqual({ Flowers: 'done' });
    expect(await activeNow()).toBe('primary');
    expect(writesTo(world.secondary)).toHaveLength(writes);
  });
});
