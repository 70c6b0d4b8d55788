import { plan } from '../../src/app/failover-facts.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { outcomesOf, planOf, sendOver, WHO } from '../support/failing-over.ts';
import { openedApp } from '../support/opened-app.ts';
import { CARS, copied, currentOf, FLOWERS, nextSweep, routeOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;
let source: StoredProject;

async function oneCopy(): Promise<void> {
  world = await startWorld();
  source = await copied(world);
}

const callsToBoth = (): number => world.primary.calls.all.length + world.secondary.calls.all.length;

const decisionOf = async (id: string) => (await world.store.decision(id).read())?.value ?? null;

describe('the plan of a failover', () => {
  it('tells the copy, its names, the age of its proof and what would be lost, and asks neither resource', async () => {
    await oneCopy();
    const { replicaProjectId } = await currentOf(world, source.id);
    const before = callsToBoth();
    await world.pass(600);
    const { projects, summary, problems } = await planOf(world);
    expect(callsToBoth()).toBe(before);
    expect(problems).toEqual([]);
    expect(summary).toMatchObject({ inScope: 1, ready: 1, failedOver: 0 });
    expect(projects).toMatchObject([
      {
        ...{ projectId: source.id, name: 'Flowers', active: 'primary', failedOver: null, publishNames: ['production'] },
        readiness: { state: 'ready', reasons: [] },
        copy: { projectId: replicaProjectId, name: 'Flowers' },
      },
    ]);
    expect(projects[0]?.proofAgeSeconds).toBeGreaterThanOrEqual(600);
    expect(projects[0]?.atRiskSeconds).toBeGreaterThanOrEqual(600);
  });

  it('tells every reason that is missing', async () => {
    await oneCopy();
    const { projects } = await planOf(world, [], {});
    expect(projects[0]?.readiness.state).toBe('not-ready');
    const reasons = projects[0]?.readiness.reasons.join() ?? '';
    expect(reasons).toContain('SECONDARY_PREDICTION_RESOURCE_ID');
    expect(reasons).toContain('SECONDARY_PREDICTION_ENDPOINT');
  });

  const damages: readonly [what: string, state: string][] = [
    ['sweep.json', 'ready'],
    ['routing.json', 'ready'],
    ['records', 'unknown'],
    ['decisions', 'unknown'],
  ];

  it.each(damages)('names %s where it is damaged, and answers for all others', async (what, state) => {
    await oneCopy();
    await world.primary.resource.addProject({ ...FLOWERS, name: 'Trees' });
    await world.converge(2);
    const name = what.endsWith('.json') ? what : `${what}/${source.id}.json`;
    world.store.put(name, '{ "half of it');
    const { projects, problems } = await planOf(world);
    expect(problems).toMatchObject([{ about: name }]);
    const states = projects.map((row) => [row.name, row.readiness.state]);
    expect(states).toEqual([
      ['Flowers', state],
      ['Trees', 'ready'],
    ]);
    world.store.delete(name);
  });

  it.each(['sweep.json', 'routing.json'])('answers from the records where %s is lost', async (name) => {
    await oneCopy();
    world.store.delete(name);
    const { projects, problems } = await planOf(world, ['Flowers']);
    expect(problems).toMatchObject([{ about: name }]);
    expect(projects).toMatchObject([{ readiness: { state: 'ready' }, publishNames: ['production'] }]);
  });
});

describe('a project that is asked for', () => {
  beforeEach(async () => {
    await oneCopy();
    await world.primary.resource.addProject({ ...FLOWERS, name: 'trees' });
    await world.primary.resource.addProject({ ...FLOWERS, name: 'Trees' });
    await world.converge(3);
  });

  it('goes by its id in any case, by its name, and by the same in other capitals where no other does', async () => {
    for (const wanted of [source.id.toUpperCase(), 'Flowers', 'fLOWERS']) {
      expect((await planOf(world, [wanted])).projects.map(({ projectId }) => projectId)).toEqual([source.id]);
    }
    expect((await planOf(world, ['Trees'])).projects.map(({ name }) => name)).toEqual(['Trees']);
  });

  it('that is not known, or could be one of two, is told of, and nothing is done about the others', async () => {
    expect(await plan(openedApp(world), ['TREES'])).toMatchObject({ code: 'AMBIGUOUS_NAME' });
    expect(await outcomesOf(sendOver(world, { projects: ['Flowers', 'Bushes'] }))).toBe('NO_SUCH_PROJECT');
    expect((await routeOf(world, source.id))?.active).toBe('primary');
  });
});

describe('failing over', () => {
  it('sends clients to the copy without a call to either resource, and once', async () => {
    await oneCopy();
    world.primary.faults.order({ operation: '*', kind: 'drop', times: 'always' });
    const before = callsToBoth();
    expect(await outcomesOf(sendOver(world))).toEqual({ Flowers: 'done' });
    expect(callsToBoth()).toBe(before);
    const { replicaProjectId } = await currentOf(world, source.id);
    const decision = await decisionOf(source.id);
    expect(decision).toMatchObject({ active: 'secondary', frozen: true, replicaProjectId, ...WHO });
    const route = await routeOf(world, source.id);
    expect(route).toMatchObject({ active: 'secondary', secondary: { projectId: replicaProjectId } });
    expect(await outcomesOf(sendOver(world, { by: 'Bob' }))).toEqual({ Flowers: 'already' });
    expect(await decisionOf(source.id)).toEqual(decision);
    const told = (await world.history.read(source.id, null)).entries.filter(({ event }) => event === 'failover');
    expect(told).toMatchObject([{ ...WHO, evidence: { replicaProjectId, publishNames: 'production' } }]);
  });

  it('needs more than a word for a copy that is not ready, and has none for a project without one', async () => {
    world = await startWorld({ policy: { predictionResourceId: null } });
    await world.primary.resource.addProject(FLOWERS);
    await world.primary.resource.addProject(CARS);
    await world.converge(2);
    await world.primary.resource.addProject({ ...FLOWERS, name: 'New' });
    world.secondary.faults.order({ operation: 'ImportProject', kind: 'drop', times: 'always' });
    await world.sweep();
    const first = { Cars: 'not-ready', Flowers: 'not-ready', New: 'no-copy' };
    expect(await outcomesOf(sendOver(world))).toEqual(first);
    const insisting = { Cars: 'done', Flowers: 'done', New: 'no-copy' };
    expect(await outcomesOf(sendOver(world, { evenIfNotReady: true }))).toEqual(insisting);
  });

  it('goes by routing where the record is damaged, if it is insisted on', async () => {
    await oneCopy();
    const text = world.store.get(`records/${source.id}.json`) ?? '';
    world.store.put(`records/${source.id}.json`, '{');
    expect(await outcomesOf(sendOver(world))).toEqual({ Flowers: 'not-ready' });
    expect(await outcomesOf(sendOver(world, { evenIfNotReady: true }))).toEqual({ Flowers: 'done' });
    expect((await routeOf(world, source.id))?.active).toBe('secondary');
    world.store.put(`records/${source.id}.json`, text);
  });

  it('says that clients are not there yet where routing can’t be written, and the next look sends them', async () => {
    await oneCopy();
    const good = world.store.get('routing.json') ?? '';
    world.store.put('routing.json', '{');
    expect(await outcomesOf(sendOver(world))).toEqual({ Flowers: 'conflict' });
    expect((await decisionOf(source.id))?.active).toBe('secondary');
    world.store.put('routing.json', good);
    await nextSweep(world);
    expect((await routeOf(world, source.id))?.active).toBe('secondary');
  });

  it('never writes over a decision that it can’t read', async () => {
    await oneCopy();
    world.store.put(`decisions/${source.id}.json`, '{');
    expect(await outcomesOf(sendOver(world, { evenIfNotReady: true }))).toEqual({ Flowers: 'conflict' });
    expect(world.store.get(`decisions/${source.id}.json`)).toBe('{');
    world.store.delete(`decisions/${source.id}.json`);
  });

  it('is decided by one of two who ask at the same time', async () => {
    await oneCopy();
    const both = await Promise.all([outcomesOf(sendOver(world)), outcomesOf(sendOver(world, { by: 'Bob' }))]);
    expect(both).toContainEqual({ Flowers: 'done' });
    expect(both).toContainEqual({ Flowers: 'conflict' });
  });

  it.each([
    ['the decision was to be stored', 'before', 'decision', 'primary'],
    ['it was, and routing was not written', 'after', 'decision', 'secondary'],
    ['routing was to be written', 'before', 'routing', 'secondary'],
    ['it was, and nobody was told', 'after', 'routing', 'secondary'],
  ] as const)(
    'of which the process dies when %s goes on from what is stored',
    async (_what, phase, document, active) => {
      await oneCopy();
      world.killer.killAt(0, phase, (effect) => effect === `${document}.write`);
      await sendOver(world).catch(() => undefined);
      expect(world.killer.isDead).toBe(true);
      await world.restart();
      await world.settle();
      await nextSweep(world);
      expect((await routeOf(world, source.id))?.active).toBe(active);
      expect((await decisionOf(source.id))?.active ?? 'primary').toBe(active);
    },
  );
});
