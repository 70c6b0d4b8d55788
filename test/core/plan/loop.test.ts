import { currentGeneration, newRecord } from '../../../src/core/facts/record.ts';
import { revisionOf } from '../../../src/core/content/revision.ts';
import { anImage, anIteration, aPolicy, aProject, aTag, contentOf, guid, SOURCE_ID } from '../../support/builders.ts';
import type { Held, ImportFate } from '../../support/planner-world.ts';
import { PlannerWorld } from '../../support/planner-world.ts';

/** A source with two trained iterations, the first of them published. */
function aSource(): Held {
  const images = [anImage(), anImage({ width: 800 }), anImage({ tags: [] })];
  const second = anIteration({ id: guid(201), name: 'Iteration 2', trainedAt: '2026-01-03T00:00:00.000Z' });
  return {
    project: aProject(),
    tags: [aTag()],
    images,
    iterations: [anIteration({ publishName: 'production' }), second],
  };
}

type Event = (world: PlannerWorld) => void;

const onSource =
  (change: (source: Held) => void): Event =>
  (world) => {
    if (world.source === null) return;
    change(world.source);
    world.change(world.source);
  };

/** Something that a person or the service does to the current copy, where there is one. */
const onCurrent =
  (change: (held: Held, world: PlannerWorld) => void): Event =>
  (world) => {
    const held = world.target.get(currentGeneration(world.record)?.replicaProjectId ?? '');
    if (held === undefined) return;
    change(held, world);
    world.change(held);
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
    world.fates.push(...fates);
    addImage(world);
  };

const addImage = onSource((source) => source.images.push(anImage({ width: 900 + source.images.length })));

/** What changes on the source. */
const SOURCE_EVENTS: Readonly<Record<string, Event>> = {
  'nothing happens': () => undefined,
  'an image is added': addImage,
  'labels are swapped': onSource((source) => source.images.reverse().splice(0, 1, anImage({ width: 1 }))),
  'something is touched': onSource(() => undefined),
  'it is renamed': onSource((source) => setProject(source, { name: 'Felines' })),
  'it is described anew': onSource((source) => setProject(source, { description: 'only cats' })),
  'it is trained': onSource((source) => {
    const name = `Iteration ${source.iterations.length + 1}`;
    source.iterations.push(anIteration({ id: guid(250 + source.iterations.length), name }));
  }),
  'its publication ends': publish(null, null),
  'its publication gets another name': publish('beta', null),
  'its publication moves to the other iteration': publish(null, 'production'),
  'both iterations are published': publish('production', 'beta'),
  'both iterations are published the other way round': publish('beta', 'production'),
  'it is deleted': (world) => (world.source = null),
};

/** What happens to the copies, to the next import, and to what is known. */
const OTHER_EVENTS: Readonly<Record<string, Event>> = {
  'the next import loses its reply': nextImport('reply is lost'),
  'the next import is lost': nextImport('is lost'),
  'the next import is refused': nextImport('is refused'),
  'the next two imports fail': nextImport('fails', 'fails'),
  'the next import lacks an image': nextImport('lacks an image'),
  'the next three imports lack an image': nextImport('lacks an image', 'lacks an image', 'lacks an image'),
  'the current copy is deleted': onCurrent(({ project }, { target }) => target.delete(project.id)),
  'every copy is deleted': ({ record, target }) => {
    for (const { replicaProjectId } of record.generations) target.delete(replicaProjectId);
  },
  'the mark is taken out of the current copy': onCurrent((held) => setProject(held, { description: 'mine' })),
  'somebody renames the current copy': onCurrent((held) => setProject(held, { name: 'Mine' })),
  'somebody labels the current copy': onCurrent((held) => held.images.push(anImage())),
  'somebody swaps labels of the current copy': onCurrent((held) => held.images.splice(0, 1, anImage({ width: 2 }))),
  'the current copy is touched': onCurrent(() => undefined),
  'somebody else takes the name': (world) => world.addStranger('CATS'),
  'somebody else fills the target': (world) => {
    world.policy = { ...world.policy, targetProjectLimit: world.target.size };
  },
  'a slot is asked for': (world) => (world.makeRoom = true),
  'the service keeps the current copy read-only': onCurrent((held) => setProject(held, { drModeEnabled: true })),
  'a proof is due': (world) => (world.nowInSeconds += 7 * 86_400),
  'the record is lost': (world) => (world.record = newRecord(SOURCE_ID, '')),
  'routing is lost': (world) => (world.route = null),
  'record and routing are lost': (world) => {
    world.record = newRecord(SOURCE_ID, '');
    world.route = null;
  },
};

const EVENTS = { ...SOURCE_EVENTS, ...OTHER_EVENTS };

/** A world where the project has a current copy and a spare one, all in line. */
const inLine = new PlannerWorld(aSource(), aPolicy());
inLine.addStranger('Somebody else’s');
inLine.settle();
addImage(inLine);
inLine.settle();

/** What must be so once a project is in sync. */
function expectInLine(world: PlannerWorld): void {
  const { source, record, target, route, policy } = world;
  const current = currentGeneration(record)!;
  const copy = target.get(current.replicaProjectId)!;
  expect(contentOf(copy.images)).toEqual(contentOf(source!.images));
  expect(revisionOf(world.observe(copy))).toBe(revisionOf(world.observe(source!)));
  expect(copy.project.description.startsWith(source!.project.description)).toBe(true);
  const published = (held: Held) =>
    held.iterations.flatMap(({ name, publishName }) => (publishName === null ? [] : [`${name} as ${publishName}`]));
  expect(published(copy).toSorted()).toEqual(published(source!).toSorted());
  expect(route?.secondary).toMatchObject({ projectId: current.replicaProjectId, revision: current.holds.revision });
  expect(route?.secondary.publishNames).toEqual(route?.primary.publishNames);
  const kept = record.generations.filter(({ changedBySomebody }) => !changedBySomebody);
  expect(kept.length).toBeLessThanOrEqual(Math.max(1, policy.generationsToKeep));
  expect(copy.project.name).toBe(current.name);
}

/** The end, after the checks that belong to it: settled stays settled, without another step. */
function endOf(world: PlannerWorld): string {
  const end = world.settle();
  if (end === 'settled: in-sync') expectInLine(world);
  world.steps.length = 0;
  expect(world.settle()).toBe(end);
  expect(world.steps).toEqual([]);
  return end;
}

describe('a project that was in line comes to rest again', () => {
  test('in a world that is as it should be', () => {
    expect(inLine.settle()).toBe('settled: in-sync');
    expectInLine(inLine);
    expect(inLine.record.generations).toHaveLength(2);
    expect(inLine.target.size).toBe(3);
  });

  const ends: Readonly<Record<string, string>> = {
    'it is deleted': 'settled: source-missing',
    'somebody renames the current copy': 'blocked: REPLICA_CHANGED',
    'somebody labels the current copy': 'blocked: REPLICA_CHANGED',
    'somebody swaps labels of the current copy': 'blocked: REPLICA_CHANGED',
  };

  test.each(Object.keys(EVENTS))('after this: %s', (name) => {
    const world = inLine.copy();
    EVENTS[name]!(world);
    expect(endOf(world)).toBe(ends[name] ?? 'settled: in-sync');
  });

  test('a first copy, whatever becomes of its import', () => {
    const fates: ImportFate[] = ['succeeds', 'reply is lost', 'is lost', 'is refused', 'fails', 'lacks an image'];
    for (const first of fates) {
      for (const second of fates) {
        const world = new PlannerWorld(aSource(), aPolicy());
        world.fates.push(first, second);
        expect(endOf(world)).toBe('settled: in-sync');
      }
    }
  });

  test('without an import where nothing but names, publications or what is known has changed', () => {
    const light = ['nothing happens', 'something is touched', 'it is renamed', 'it is described anew', 'its publication ends', 'its publication gets another name', 'its publication moves to the other iteration', 'both iterations are published', 'both iterations are published the other way round', 'the current copy is touched', 'a proof is due', 'the record is lost', 'routing is lost', 'record and routing are lost', 'somebody else takes the name']; // prettier-ignore
    for (const name of light) {
      const world = inLine.copy();
      EVENTS[name]!(world);
      world.settle();
      expect([name, ...world.steps]).not.toContain('import');
    }
  });
});

/** One thing after the other, the second in the middle of the work on the first; how it ended. */
function endAfter(first: string, second: string, steps: number): { end: string; wasInterrupted: boolean } {
  const world = inLine.copy();
  EVENTS[first]!(world);
  const wasInterrupted = steps === 0 || world.run(steps) === null;
  EVENTS[second]!(world);
  try {
    return { end: endOf(world), wasInterrupted };
  } catch (error) {
    const story = `${first}; after ${steps} steps: ${second}`;
    throw new Error(`${story}: ${(error as Error).message}`, { cause: error });
  }
}

const STEPS_BEFORE = [0, 1, 2, 4, 7];

describe('whatever comes in the middle of the work after this, the project comes to rest:', () => {
  test.each(Object.keys(EVENTS))('%s', (first) => {
    for (const second of Object.keys(EVENTS)) {
      for (const steps of STEPS_BEFORE) {
        const { end, wasInterrupted } = endAfter(first, second, steps);
        expect(end).toMatch(/^(settled|blocked)/);
        if (!wasInterrupted) break;
      }
    }
  });
});

// An import may take hours, and a person may work on the copy in use meanwhile.
test('a copy that somebody labels while its successor is being made is not renamed', () => {
  const world = inLine.copy();
  addImage(world);
  world.run(5);
  const { replicaProjectId } = currentGeneration(world.record)!;
  EVENTS['somebody labels the current copy']!(world);
  world.settle();
  expect(world.target.get(replicaProjectId)?.project.name).toBe('Cats');
});
