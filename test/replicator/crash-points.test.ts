import { currentGeneration } from '../../src/core/facts/record.ts';
import { SCENARIOS, type Scenario } from '../support/crash-scenarios.ts';
import { NO_URIS } from '../support/integration-scenery.ts';
import { checkAtRest } from '../support/invariants.ts';
import { Killed } from '../support/killer.ts';
import { World } from '../support/world.ts';

/**
 * A process is killed at each of its effects in turn: before the effect is sent, and after it with the reply lost.
 * Another process goes on. No invariant may be broken at any moment (the world checks after each effect), and all is
 * in order again without a person.
 */

/** A process is killed at one of its effects: before it is sent, or after it, with the reply lost. */
interface Kill {
  readonly index: number;
  readonly phase: 'before' | 'after';
}

/** How it goes on after a process was killed. Whatever it is, a sweep comes in the end. */
const RECOVERIES = ['its messages lost', 'its messages delivered again', 'the primary dead meanwhile'] as const;
type Recovery = (typeof RECOVERIES)[number];

interface Result {
  readonly effects: readonly string[];
  readonly imports: number;
}

/** Does something in a process that may be killed; answers with what effects it had. */
async function inProcess(world: World, kill: Kill | undefined, act: () => Promise<void>): Promise<readonly string[]> {
  if (kill !== undefined) world.killer.killAt(kill.index, kill.phase);
  const { killer } = world;
  await act().catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return killer.effects;
}

/** What is under way needs the primary no more: it is brought to its end, and what is in use stays so. */
async function goOnWithoutPrimary(world: World): Promise<void> {
  world.primary.faults.order({ operation: '*', kind: 'answer', status: 503, times: 'always' });
  await world.redeliver();
  await world.settle();
  // Whatever message is lost, a sweep finds what is under way, also one that the primary gives no list.
  await expect(world.sweep()).rejects.toThrow();
  await world.settle();
  for (const id of await world.store.list()) {
    expect((await world.record(id)).run?.replicaProjectId ?? null).toBeNull();
  }
  world.primary.faults.clear();
  await world.pass(6 * 3_600);
}

async function recover(world: World, recovery: Recovery): Promise<void> {
  if (recovery === 'its messages delivered again') {
    // What the message was about is done without any sweep.
    const redelivered = await world.redeliver();
    await world.settle();
    for (const id of redelivered > 0 ? await world.store.list() : []) {
      expect((await world.record(id)).run).toBeNull();
    }
  }
  if (recovery === 'the primary dead meanwhile') await goOnWithoutPrimary(world);
  await world.converge();
}

/** Each process in turn is killed where it is said, the last one lives. */
async function run(scenario: Scenario, kills: readonly Kill[], recovery: Recovery = RECOVERIES[0]): Promise<Result> {
  const world = await World.start(scenario.options);
  try {
    await scenario.prepare(world);
    await world.restart();
    const [first, second] = kills;
    let effects = await inProcess(world, first, () => scenario.act(world));
    if (first !== undefined) {
      await world.restart();
      effects = await inProcess(world, second, () => recover(world, recovery));
      if (second !== undefined) {
        await world.restart();
        await recover(world, recovery);
      }
      // What came to light late is let go only after it was looked for long enough.
      await world.pass(600);
      await world.converge(2);
    }
    await checkEnd(world, scenario);
    return { effects, imports: world.secondary.calls.of('ImportProject').length };
  } finally {
    await world.stop();
  }
}

async function checkEnd(world: World, { copies, publishedAs, check }: Scenario): Promise<void> {
  await checkAtRest(world);
  const [source] = world.primary.resource.projects;
  const record = await world.record(source!.id);
  expect(record).toMatchObject({ run: null, failure: null });
  expect(record.generations).toHaveLength(copies);
  expect(world.secondary.resource.projects).toHaveLength(copies);
  const current = world.secondary.resource.project(currentGeneration(record)!.replicaProjectId);
  expect(current).toMatchObject(NO_URIS);
  const published = [...current.iterations.values()].flatMap(({ publishName }) => publishName || []);
  expect(published).toEqual(publishedAs);
  if (check !== undefined) return check(world);
  expect(current.name).toBe('Flowers');
  expect(current.images.size).toBe(source!.images.size);
}

const PHASES = ['before', 'after'] as const;

function killsOf(effects: readonly string[]): Kill[] {
  return effects.flatMap((_effect, index) => PHASES.map((phase) => ({ index, phase })));
}

/** What went wrong in a run, in words; null where nothing did. */
async function faultOf(
  scenario: Scenario,
  kills: readonly Kill[],
  recovery: Recovery,
  imports: number,
  effects: readonly string[],
): Promise<string | null> {
  const points = kills.map(({ index, phase }) => `${phase} effect ${index} (${effects[index] ?? '?'})`);
  const where = `${points.join(', then ')}, ${recovery}`;
  try {
    const result = await run(scenario, kills, recovery);
    // A reply that is lost is adopted, never asked for again.
    return result.imports === imports ? null : `${where}: ${result.imports} imports instead of ${imports}`;
  } catch (error) {
    return `${where}: ${(error as Error).message.slice(0, 400)}`;
  }
}

/** Each point of this scenario, the smallest, is tried in every way to go on; those of the others in one, by turns. */
const IN_EVERY_WAY = 'a publication that moved and was renamed';
/** Of all pairs of crashes of the smallest scenario every so manieth is tried, which keeps this file to a minute or so. */
const PAIRS_APART = 5;

describe.each(SCENARIOS)('killed during $name', (scenario) => {
  it('is in order again, wherever it was, and however it goes on', async () => {
    const { effects, imports } = await run(scenario, []);
    expect(effects.length).toBeGreaterThan(5);
    const broken: (string | null)[] = [];
    for (const [turn, kill] of killsOf(effects).entries()) {
      // Turns and phases must not keep step: an effect has two phases, and there are three ways to go on.
      const ways = scenario.name === IN_EVERY_WAY ? RECOVERIES : [RECOVERIES[turn % RECOVERIES.length]!];
      for (const recovery of ways) broken.push(await faultOf(scenario, [kill], recovery, imports, effects));
    }
    expect(broken.filter((fault) => fault !== null)).toEqual([]);
  }, 300_000);
});

describe('killed twice', () => {
  it('during the smallest of these, it is in order again', async () => {
    const scenario = SCENARIOS.find(({ name }) => name === IN_EVERY_WAY)!;
    const { effects, imports } = await run(scenario, []);
    const broken: (string | null)[] = [];
    let pair = 0;
    for (const first of killsOf(effects)) {
      const again = await run(scenario, [first], RECOVERIES[1]);
      for (const second of killsOf(again.effects)) {
        pair += 1;
        if (pair % PAIRS_APART > 0) continue;
        broken.push(await faultOf(scenario, [first, second], RECOVERIES[1], imports, effects));
      }
    }
    expect(broken.length).toBeGreaterThan(20);
    expect(broken.filter((fault) => fault !== null)).toEqual([]);
  }, 300_000);
});
