import { isStagingName, validMark } from '../../src/core/content/mark.ts';
import { updateSweepState } from '../../src/replicator/documents.ts';
import { sweep } from '../../src/replicator/sweep/sweep.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';

import { OUR_URIS } from '../support/integration-scenery.ts';
import { MemoryLeases, MemoryRecordStore, MemoryWorkQueue } from '../support/memory-storage.ts';
import {
  addRose,
  copied,
  currentCopy,
  currentOf,
  expectInSync,
  FLOWERS,
  nextSweep,
  routeOf,
  rowOf,
  statusOf,
  writesTo,
} from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World, WorldOptions } from '../support/world.ts';

/** A project on the secondary is ours by what its mark says, however the hosts are spelled, and another's by the same. */

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
}

describe('one resource as both sides', () => {
  it('is told by an id that both lists hold: nothing at all is written, and every surface says why', async () => {
    await start({ policy: { integration: OUR_URIS } });
    for (const name of ['Ants', 'Bees', 'Cats']) await world.primary.resource.addProject({ ...FLOWERS, name });
    await world.pass(3_600);
    const deps = { ...world.deps, target: world.deps.source as Dependencies['target'] };
    await sweep(deps, EVERYTHING, new AbortController().signal);
    for (const { id: projectId } of world.primary.resource.projects) {
      await replicateProject({ schemaVersion: 1, projectId, reason: 'request', wakeId: null }, deps);
    }
    expect(writesTo(world.primary)).toEqual([]);
    expect(world.primary.resource.projects).toHaveLength(3);
    const status = await statusOf(world);
    expect(status.sweep.problem).toMatch(/one Custom Vision resource/);
    expect(status.sweep.brake).toMatchObject({ kind: 'one-resource' });
    const [{ id } = { id: '' }] = world.primary.resource.projects;
    expect((await rowOf(world, id)).failure).toMatchObject({ code: 'ONE_RESOURCE', needsPerson: true });
  });
});

describe('a copy in the making', () => {
  it.each(['one-resource', 'other-copies'] as const)(
    'waits where it is once a sweep finds the target to be none (%s), and goes on once it is one again',
    async (kind) => {
      await start({ secondary: { delays: { importInSeconds: 60 } } });
      const source = await world.primary.resource.addProject(FLOWERS);
      await world.sweep();
      const { run } = await world.record(source.id);
      expect(run?.replicaProjectId).not.toBeNull();
      const since = new Date(world.clock.now()).toISOString();
      const brake = { kind, since, accepted: 1, missing: 0, confirmedAt: null };
      const { store, clock } = world.deps;
      await updateSweepState(store, clock, (state) => ({ ...state, brake }));
      const writes = () => [world.primary, world.secondary].flatMap(writesTo);
      const before = writes();
      await world.settle();
      await world.pass(3_600);
      await replicateProject(workItem(source.id, 'request'), world.deps);
      expect(writes()).toEqual(before);
      expect(await world.record(source.id)).toMatchObject({
        run,
        failure: { code: kind.toUpperCase().replace('-', '_') },
      });
      expect(await routeOf(world, source.id)).toBeNull();
      await updateSweepState(store, clock, (state) => ({ ...state, brake: null }));
      await nextSweep(world);
      await expectInSync(world, source);
      expect(world.secondary.calls.of('ImportProject')).toHaveLength(1);
    },
  );
});

describe('an endpoint that is spelled otherwise', () => {
  it.each(['with its records', 'with every record lost'])(
    'keeps its copies, %s: they stay routed, are marked anew, and none is made again',
    async (how) => {
      await start();
      const source = await copied(world);
      const copy = await currentCopy(world, source.id);
      world.policy = { ...world.policy, owner: { ...world.policy.owner, pair: '12345678' } };
      if (how !== 'with its records') world.store.delete(`records/${source.id}.json`);
      await nextSweep(world, 2);
      expect(world.secondary.calls.of('ImportProject')).toHaveLength(1);
      expect((await routeOf(world, source.id))?.secondary.projectId).toBe(copy.id);
      expect(validMark(copy)).toMatchObject({ pair: '12345678', ...{ installation: world.policy.owner.installation } });
      await expectInSync(world, source);
    },
  );

  it('keeps its copies also where only the document that names this installation is lost: the records agree', async () => {
    await start();
    const source = await copied(world);
    addRose(world.primary, source);
    await nextSweep(world);
    const copies = world.secondary.resource.projects.map(({ id }) => id).sort();
    world.policy = { ...world.policy, owner: { ...world.policy.owner, installation: 'abcdef01' } };
    await nextSweep(world, 2);
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
    expect(world.secondary.resource.projects.map(({ id }) => id).sort()).toEqual(copies);
    expect(validMark(await currentCopy(world, source.id))).toMatchObject({ installation: 'abcdef01' });
    await expectInSync(world, source);
  });

  /** What a person would see on another resource: none of ours, and a copy that another installation made. */
  async function seeOnlyOthers(own: StoredProject): Promise<void> {
    const theirs = own.description.replace(/by [0-9a-f]{8}/, 'by 99999999');
    const other = await world.secondary.resource.addProject({ name: `Others’ ${own.name}`, description: '' });
    await world.secondary.resource.updateProject(other.id, {
      description: theirs.replace(/as [0-9a-f-]{36}/, `as ${other.id}`),
    });
    world.deleteByHand(own.id);
  }

  it('is nothing to work with before a sweep has compared both resources: a message that comes first waits', async () => {
    await start();
    const source = await copied(world);
    const record = await world.record(source.id);
    const own = await currentCopy(world, source.id);
    world.policy = { ...world.policy, owner: { ...world.policy.owner, pair: '12345678' } };
    // What the other resource looks like from here: none of ours is there.
    world.deleteByHand(own.id);
    await replicateProject({ schemaVersion: 1, projectId: source.id, reason: 'request', wakeId: null }, world.deps);
    expect(await world.record(source.id)).toMatchObject({
      generations: record.generations,
      failure: { code: 'TARGET_NOT_LOOKED_AT', needsPerson: false },
    });
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(1);
    await nextSweep(world, 2);
    await expectInSync(world, source);
  });

  it('as another resource that holds only others’ copies trips the brake, and nothing is forgotten', async () => {
    await start();
    const source = await copied(world);
    const record = await world.record(source.id);
    await seeOnlyOthers(await currentCopy(world, source.id));
    await nextSweep(world, 2);
    expect(await world.record(source.id)).toMatchObject({ generations: record.generations, current: record.current });
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(1);
    expect((await statusOf(world)).sweep.brake).toMatchObject({ kind: 'other-copies' });
    const stored = (await world.store.sweep.read())!;
    const brake = { ...stored.value.brake!, confirmedAt: new Date(world.clock.now()).toISOString() };
    await world.store.sweep.write({ ...stored.value, brake }, stored.etag);
    await nextSweep(world, 2);
    await expectInSync(world, source);
  });

  it.each(['excluded', 'gone', 'frozen'])(
    'as such a resource makes no message forget the copies of a project that is %s',
    async (what) => {
      await start();
      const source = await copied(world);
      await copied(world, { ...FLOWERS, name: 'Trees' });
      if (what === 'gone') world.primary.resource.removeProject(source.id);
      if (what === 'excluded') {
        world.policy = { ...world.policy, exclusionOf: ({ id }) => (id === source.id ? 'not wanted' : null) };
      }
      if (what === 'frozen') {
        const [since, replicaProjectId] = [
          '2026-03-01T08:00:00.000Z',
          (await currentOf(world, source.id)).replicaProjectId,
        ];
        const who = { since, by: 'ada', reason: 'no risk', replicaProjectId, releasedAt: null };
        await world.store
          .decision(source.id)
          .write({ schemaVersion: 1, active: 'primary', frozen: true, ...who }, null);
      }
      await nextSweep(world);
      const { generations, current } = await world.record(source.id);
      for (const own of world.secondary.resource.projects) await seeOnlyOthers(own);
      await world.pass(1_800);
      await world.sweep();
      expect((await statusOf(world)).sweep.brake).toMatchObject({ kind: 'other-copies' });
      const writes = writesTo(world.secondary).length;
      await replicateProject(workItem(source.id, 'request'), world.deps);
      expect(await world.record(source.id)).toMatchObject({ generations, current });
      expect((await routeOf(world, source.id))?.secondary.projectId).toBe(generations[0]?.replicaProjectId);
      expect(writesTo(world.secondary)).toHaveLength(writes);
    },
  );
});

describe('two installations on one pair of resources', () => {
  /** Another installation's half an hour, with storage of its own, on the same two resources. */
  function anotherInstallation(): () => Promise<void> {
    const now = { now: () => new Date(world.clock.now()) };
    const laptop = {
      store: new MemoryRecordStore(),
      queue: new MemoryWorkQueue(now),
      leases: new MemoryLeases(now),
      policy: { ...world.policy, owner: { ...world.policy.owner, installation: '1a970900' } },
      events: { emit: () => undefined },
    };
    let ids = 0;
    const theirs = (): Dependencies => ({ ...world.deps, ...laptop, newId: () => `20260301t090000-${(ids += 1)}` });
    return async () => {
      await sweep(theirs(), EVERYTHING, new AbortController().signal);
      for (let items = laptop.queue.takeDue(); items.length > 0; items = laptop.queue.takeDue()) {
        for (const item of items) await replicateProject(item, theirs());
      }
    };
  }

  it('leave each other’s imports and copies alone, and each is told of the other', async () => {
    await start();
    const source = await world.primary.resource.addProject(FLOWERS);
    const runTheirs = anotherInstallation();
    for (let half = 0; half < 16; half += 1) {
      await nextSweep(world);
      await runTheirs();
    }
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
    expect(world.secondary.resource.projects.filter(({ name }) => isStagingName(name))).toEqual([]);
    const installations = world.secondary.resource.projects.map((project) => validMark(project)?.installation).sort();
    expect(installations).toEqual([world.policy.owner.installation, '1a970900'].sort());
    await expectInSync(world, source);
    expect((await world.store.sweep.read())?.value.otherInstallations).toEqual({ '1a970900': 1 });
    expect((await statusOf(world)).attention.map(({ code }) => code)).toContain('OTHER_INSTALLATION');
  });

  // Longer than anybody waits before an import that no record wants is deleted.
  it('leave each other’s imports alone although these take most of an hour, and each has its copy from one import', async () => {
    await start({ secondary: { delays: { importInSeconds: 3_000 } } });
    const source = await world.primary.resource.addProject(FLOWERS);
    const runTheirs = anotherInstallation();
    for (let round = 0; round < 12; round += 1) {
      await world.sweep();
      await runTheirs();
      if (round === 4) {
        expect(world.names.filter(isStagingName)).toHaveLength(2);
        expect((await world.store.sweep.read())?.value.otherInstallations).toEqual({ '1a970900': 1 });
      }
      await world.pass(600);
      await world.work();
    }
    await runTheirs();
    expect(writesTo(world.secondary)).not.toContain('DeleteProject');
    expect(world.secondary.calls.of('ImportProject')).toHaveLength(2);
    expect(world.names.filter(isStagingName)).toEqual([]);
    await expectInSync(world, source);
  });
});
