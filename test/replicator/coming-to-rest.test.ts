import { currentGeneration } from '../../src/core/facts/record.ts';
import { revisionOf } from '../../src/core/content/revision.ts';
import { recordName } from '../../src/storage/document-text.ts';
import {
  anImage,
  anIteration,
  aPolicy,
  aProject,
  aTag,
  contentOf,
  guid,
  PREDICTION_ID,
  SOURCE_ID,
} from '../support/builders.ts';
import type { Held, ImportFate } from '../support/memory-resource.ts';
import { MemoryWorld } from '../support/memory-world.ts';

/** A source with two trained iterations, the first of them published. */
function aSource(): Held {
  const images = [another(), another({ width: 800 }), another({ tags: [] })];
  const second = anIteration({ id: guid(201), name: 'Iteration 2', trainedAt: '2026-01-03T00:00:00.000Z' });
  return {
    project: aProject(),
    tags: [aTag()],
    images,
    iterations: [anIteration({ publishName: 'production' }), second],
  };
}

/** Images told apart by their ids, as the service tells them. */
let images = 1_000_000;
function another(changes: Parameters<typeof anImage>[0] = {}) {
  return anImage({ id: guid((images += 1)), ...changes });
}

type Event = (world: MemoryWorld) => void;

const onSource =
  (change: (source: Held) => void): Event =>
  (world) => {
    if (world.source === null) return;
    change(world.source);
    world.touch(world.source);
  };

/** Something that a person or the service does to the current copy, where there is one. */
const onCurrent =
  (change: (held: Held, world: MemoryWorld) => void): Event =>
  (world) => {
    const held = world.target.projects.get(currentGeneration(world.record)?.replicaProjectId ?? '');
    if (held === undefined) return;
    change(held, world);
    world.touch(held);
  };

/** A training ends on the source; each at a time of its own. */
const trained =
  (change: (source: Held, trainedAt: string) => void): Event =>
  (world) => {
    world.clock.advance(10);
    const trainedAt = world.clock.now().toISOString();
    onSource((source) => change(source, trainedAt))(world);
  };

const setProject = (held: Held, changes: Partial<Held['project']>): void => {
  held.project = { ...held.project, ...changes };
};

const publish = (first: string | null, second: string | null): Event =>
  onSource((source) => {
    source.iterations = source.iterations.map((iteration, index) => {
      const publishName = index === 0 ? first : index === 1 ? second : iteration.publishName;
      return { ...iteration, publishName };
    });
  });

const nextImport =
  (...fates: ImportFate[]): Event =>
  (world) => {
    world.target.fates.push(...fates);
    addImage(world);
  };

const addImage = onSource((source) => source.images.push(another({ width: 900 + source.images.length })));

/** What changes on the source. */
const SOURCE_EVENTS: Readonly<Record<string, Event>> = {
  'nothing happens': () => undefined,
  'an image is added': addImage,
  'labels are swapped': onSource((source) => source.images.reverse().splice(0, 1, another({ width: 1 }))),
  'something is touched': onSource(() => undefined),
  'it is renamed': onSource((source) => setProject(source, { name: 'Felines' })),
  'it is described anew': onSource((source) => setProject(source, { description: 'only cats' })),
  'it is trained': onSource((source) => {
    const name = `Iteration ${source.iterations.length + 1}`;
    source.iterations.push(anIteration({ id: guid(250 + source.iterations.length), name }));
  }),
  'its model is trained anew under its name': trained((source, trainedAt) => {
    source.iterations[0] = { ...source.iterations[0]!, id: guid(260 + source.images.length), trainedAt };
  }),
  'another model is trained and published under the same name': trained((source, trainedAt) => {
    const { length } = source.iterations;
    const publishName = `namesake ${length}`;
    source.iterations.push(anIteration({ id: guid(270 + length), trainedAt, publishName }));
  }),
  'its publication ends': publish(null, null),
  'its publication gets another name': publish('beta', null),
  'its publication moves to the other iteration': publish(null, 'production'),
  'both iterations are published': publish('production', 'beta'),
  'both iterations are published the other way round': publish('beta', 'production'),
  'it is deleted': (world) => world.deleteSource(),
};

/** What happens to the copies, to the next import, and to what is known. */
const OTHER_EVENTS: Readonly<Record<string, Event>> = {
  'the next import loses its reply': nextImport('reply is lost'),
  'the next import is lost': nextImport('is lost'),
  'the next import is refused': nextImport('is refused'),
  'the next two imports fail': nextImport('fails', 'fails'),
  'the next import lacks an image': nextImport('lacks an image'),
  'the next three imports lack an image': nextImport('lacks an image', 'lacks an image', 'lacks an image'),
  'the current copy is deleted': onCurrent(({ project }, { target }) => target.projects.delete(project.id)),
  'every copy is deleted': ({ record, target }) => {
    for (const { replicaProjectId } of record.generations) target.projects.delete(replicaProjectId);
  },
  'the mark is taken out of the current copy': onCurrent((held) => setProject(held, { description: 'mine' })),
  'somebody renames the current copy': onCurrent((held) => setProject(held, { name: 'Mine' })),
  'somebody labels the current copy': onCurrent((held) => held.images.push(another())),
  'somebody swaps labels of the current copy': onCurrent((held) => held.images.splice(0, 1, another({ width: 2 }))),
  'the current copy is touched': onCurrent(() => undefined),
  'somebody unpublishes the current copy': onCurrent((held, world) => {
    for (const { publishName } of held.iterations) if (publishName !== null) world.endedByPerson.add(publishName);
    held.iterations = held.iterations.map((iteration) => ({ ...iteration, publishName: null }));
  }),
  'somebody moves the name on the current copy': onCurrent((held) => {
    const [first, second, ...others] = held.iterations;
    const publishName = (first?.publishName ?? null) === null ? (second?.publishName ?? null) : first!.publishName;
    if (second === undefined) return;
    held.iterations = [{ ...first!, publishName: null }, { ...second, publishName }, ...others];
  }),
  'copies are to be published elsewhere': (world) => {
    world.policy = { ...world.policy, predictionResourceId: `${PREDICTION_ID}-2` };
  },
  'somebody else takes the name': (world) => world.addStranger('CATS'),
  'somebody else fills the target': (world) => {
    world.policy = { ...world.policy, targetProjectLimit: world.target.projects.size };
  },
  'a slot is asked for': (world) => (world.nextReason = 'make-room'),
  'the service keeps the current copy read-only': onCurrent((held) => setProject(held, { drModeEnabled: true })),
  'a proof is due': (world) => world.clock.advance(7 * 86_400),
  'the record is lost': (world) => world.store.delete(recordName(SOURCE_ID)),
  'routing is lost': (world) => world.store.delete('routing.json'),
  'record and routing are lost': (world) => {
    world.store.delete(recordName(SOURCE_ID));
    world.store.delete('routing.json');
  },
};

const EVENTS = { ...SOURCE_EVENTS, ...OTHER_EVENTS };

/** A world where the project has a current copy and a spare one, all in line. */
const inLine = new MemoryWorld(aSource(), aPolicy());
inLine.addStranger('Somebody else’s');
beforeAll(async () => {
  await inLine.settle();
  addImage(inLine);
  await inLine.settle();
});

/** What must be so once a project is in sync. */
function expectInLine(world: MemoryWorld): void {
  const { source, record, target, route, policy } = world;
  const current = currentGeneration(record)!;
  const copy = target.projects.get(current.replicaProjectId)!;
  expect(contentOf(copy.images).digest).toBe(contentOf(source!.images).digest);
  expect(copy.images).toHaveLength(source!.images.length);
  expect(revisionOf(world.observe(copy))).toBe(revisionOf(world.observe(source!)));
  expect(copy.project.description.startsWith(source!.project.description)).toBe(true);
  const published = (held: Held) =>
    held.iterations.flatMap(({ name, trainedAt, publishName }) =>
      publishName === null ? [] : [`${name} of ${trainedAt} as ${publishName}`],
    );
  expect(published(copy).toSorted()).toEqual(published(source!).toSorted());
  for (const { publishName, originalPublishResourceId } of copy.iterations) {
    if (publishName !== null) expect(originalPublishResourceId).toBe(policy.predictionResourceId);
  }
  expect(route?.secondary).toMatchObject({ projectId: current.replicaProjectId, revision: current.holds.revision });
  expect(route?.secondary.publishNames).toEqual(route?.primary.publishNames);
  const kept = record.generations.filter(({ changedBySomebody }) => !changedBySomebody);
  expect(kept.length).toBeLessThanOrEqual(Math.max(1, policy.generationsToKeep));
  expect(copy.project.name).toBe(current.name);
}

/** The end, after the checks that belong to it: settled stays settled, without another effect. */
async function endOf(world: MemoryWorld): Promise<string> {
  const end = await world.settle();
  if (end === 'settled: in-sync') expectInLine(world);
  world.writes = [];
  expect(await world.settle()).toBe(end);
  expect(world.writes).toEqual([]);
  expect(await world.runProblems()).toEqual([]);
  return end;
}

describe('a project that was in line comes to rest again', () => {
  test('in a world that is as it should be', async () => {
    expect(await inLine.settle()).toBe('settled: in-sync');
    expectInLine(inLine);
    expect(inLine.record.generations).toHaveLength(2);
    expect(inLine.target.projects.size).toBe(3);
  });

  const ends: Readonly<Record<string, string>> = {
    'it is deleted': 'settled: source-missing',
    'somebody renames the current copy': 'blocked: REPLICA_CHANGED',
    'somebody labels the current copy': 'blocked: REPLICA_CHANGED',
    'somebody swaps labels of the current copy': 'blocked: REPLICA_CHANGED',
  };

  test.each(Object.keys(EVENTS))('after this: %s', async (name) => {
    const world = inLine.copy();
    EVENTS[name]!(world);
    expect(await endOf(world)).toBe(ends[name] ?? 'settled: in-sync');
  });

  test('a first copy, whatever becomes of its import', async () => {
    const fates: ImportFate[] = ['succeeds', 'reply is lost', 'is lost', 'is refused', 'fails', 'lacks an image'];
    for (const first of fates) {
      for (const second of fates) {
        const world = new MemoryWorld(aSource(), aPolicy());
        world.target.fates.push(first, second);
        expect(await endOf(world)).toBe('settled: in-sync');
      }
    }
  });

  test('without an import where nothing but names, publications or what is known has changed', async () => {
    const light = ['nothing happens', 'something is touched', 'it is renamed', 'it is described anew', 'its publication ends', 'its publication gets another name', 'its publication moves to the other iteration', 'both iterations are published', 'both iterations are published the other way round', 'the current copy is touched', 'a proof is due', 'the record is lost', 'routing is lost', 'record and routing are lost', 'somebody else takes the name']; // prettier-ignore
    for (const name of light) {
      const world = inLine.copy();
      EVENTS[name]!(world);
      await world.settle();
      expect([name, ...world.writes]).not.toContain('target.importProject');
    }
  });
});

/** One thing after the other, the second where the process was killed in its work on the first; how it ended. */
async function endAfter(first: string, second: string, effects: number) {
  const world = inLine.copy();
  EVENTS[first]!(world);
  const wasInterrupted = effects === 0 || (await world.runFor(effects));
  EVENTS[second]!(world);
  try {
    return { end: await endOf(world), wasInterrupted };
  } catch (error) {
    const story = `${first}; killed after ${effects} effects: ${second}`;
    throw new Error(`${story}: ${(error as Error).message}`, { cause: error });
  }
}

const EFFECTS_BEFORE = [0, 1, 2, 4, 8];

describe('whatever comes in the middle of the work after this, the project comes to rest:', () => {
  test.each(Object.keys(EVENTS))('%s', async (first) => {
    for (const second of Object.keys(EVENTS)) {
      for (const effects of EFFECTS_BEFORE) {
        const { end, wasInterrupted } = await endAfter(first, second, effects);
        expect(end).toMatch(/^(settled|blocked)/);
        if (!wasInterrupted) break;
      }
    }
  });
});

// An import may take hours, and a person may work on the copy in use meanwhile.
test('a copy that somebody labels while its successor is being made is not renamed', async () => {
  const world = inLine.copy();
  addImage(world);
  // Its labels are verified by then, and nothing has its last name yet.
  expect(await world.runFor(8)).toBe(true);
  const { replicaProjectId } = currentGeneration(world.record)!;
  EVENTS['somebody labels the current copy']!(world);
  await world.settle();
  expect(world.target.projects.get(replicaProjectId)?.project.name).toBe('Cats');
});
