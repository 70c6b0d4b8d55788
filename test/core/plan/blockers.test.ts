import { baselineOf } from '../../../src/core/content/revision.ts';
import { needsPerson } from '../../../src/core/facts/failure.ts';
import { changesBySomebody, diverged, drMode, noFreeSlot } from '../../../src/core/plan/blockers.ts';
import {
  aGeneration,
  anImage,
  anIteration,
  aReplica,
  aSnapshot,
  aTag,
  contentOf,
  guid,
  someSettings,
  timeAfter,
} from '../../support/builders.ts';
import { aReplicaObservation } from '../../support/planning.ts';

const copy = aGeneration({ baseline: baselineOf(aReplicaObservation(), contentOf()) });
const { revision } = copy.baseline;

describe('somebody changed a copy', () => {
  const swapped = contentOf([anImage(), anImage({ width: 800, tags: [] }), anImage({ tags: [{ tagName: 'cat' }] })]);
  const cases: readonly [what: string, ...Parameters<typeof changesBySomebody>, named: RegExp][] = [
    ['where it has another name', copy, aReplicaObservation({ project: aReplica({ name: 'Mine' }) }), null, /name.*Cats.*Mine/], // prettier-ignore
    ['where it has more images', copy, aReplicaObservation({ imageCount: 4 }), null, /images 3 → 4/],
    [
      'where it has another tag',
      copy,
      aReplicaObservation({ tags: [aTag({ name: 'dog' })] }),
      null,
      /tag “cat” renamed to “dog”/,
    ],
    [
      'where its settings are others',
      copy,
      aReplicaObservation({ project: aReplica({ settings: someSettings({ useNegativeSet: false }) }) }),
      null,
      /settings/,
    ],
    ['where it was trained', copy, aReplicaObservation({ iterations: [anIteration(), anIteration({ id: guid(299), name: '2' })] }), null, /iteration “2” added/], // prettier-ignore
    ['where labels are swapped and every count is the same', copy, aReplicaObservation(), swapped, /labels/],
  ];

  test.each(cases)('%s', (_what, generation, replica, content, named) => {
    const changes = changesBySomebody(generation, replica, content);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatch(named);
  });

  test('in several ways at once', () => {
    const replica = aReplicaObservation({ project: aReplica({ name: 'Mine' }), imageCount: 1 });
    expect(changesBySomebody(copy, replica, contentOf([]))).toHaveLength(3);
  });
});

describe('nobody changed a copy', () => {
  const renaming = aGeneration({ name: 'Cats', intendedName: 'Felines' });
  const lossy = aGeneration({ baseline: { revision, digest: contentOf([]).digest, labels: null } });
  const cases: readonly [what: string, ...Parameters<typeof changesBySomebody>][] = [
    ['that is as it was', copy, aReplicaObservation(), contentOf()],
    ['that has its old name while it is being renamed', renaming, aReplicaObservation(), null],
    ['that has its new name already', renaming, aReplicaObservation({ project: aReplica({ name: 'Felines' }) }), null],
    ['whose lastModified alone moved', copy, aReplicaObservation({ project: aReplica({ lastModified: timeAfter(9) }) }), contentOf()], // prettier-ignore
    ['that was published', copy, aReplicaObservation({ iterations: [anIteration({ publishName: 'p' })] }), null],
    ['whose description is another', copy, aReplicaObservation({ project: aReplica({ description: 'x' }) }), null],
    ['that never was quite like the source', lossy, aReplicaObservation(), contentOf([])],
    [
      'whose storage URIs are set',
      copy,
      aReplicaObservation({ project: aReplica({ settings: someSettings({ notificationQueueUri: 'https://q' }) }) }),
      null,
    ],
  ];

  test.each(cases)('%s', (_what, generation, replica, content) => {
    expect(changesBySomebody(generation, replica, content)).toEqual([]);
  });
});

describe('the account of a changed copy', () => {
  test('is three-way: what was copied, what the source is now, what the copy is now', () => {
    const source = aSnapshot({ revision: 'r1-source-now' });
    const { message } = diverged(copy, ['images 3 → 4'], source);
    for (const part of ['Cats', copy.importedAt, 'images 3 → 4', 'changed since']) expect(message).toContain(part);
  });

  test('has no hash in it: people read it', () => {
    const replica = aReplicaObservation({ imageCount: 4 });
    const changes = changesBySomebody(copy, replica, contentOf([anImage()]));
    expect(diverged(copy, changes, aSnapshot({ revision: 'r1-abc' })).message).not.toMatch(/r1-|[0-9a-f]{16}/);
  });

  test('says where the source is still what was copied', () => {
    expect(diverged(copy, ['x'], aSnapshot()).message).toContain('still');
  });

  test('says how to get back: by the old name where only the name was changed', () => {
    const [renamed = ''] = changesBySomebody(copy, aReplicaObservation({ project: aReplica({ name: 'Mine' }) }), null);
    expect(diverged(copy, [renamed], aSnapshot()).hint).toContain('naming it Cats');
    expect(diverged(copy, [renamed, 'its labels moved'], aSnapshot()).hint).not.toContain('naming it');
    expect(diverged(copy, ['its labels moved'], aSnapshot()).hint).not.toContain('naming it');
  });
});

describe('who ends an blocker', () => {
  test('a person ends a divergence', () => {
    const { class: failureClass, hint } = diverged(copy, ['x'], aSnapshot());
    expect(needsPerson(failureClass)).toBe(true);
    expect(hint).toMatch(/description.*delete/s);
  });

  test.each(['primary', 'secondary'] as const)('the service ends its disaster recovery mode on the %s', (side) => {
    const blocker = drMode(side);
    expect(blocker).toMatchObject({ class: 'wait', code: 'DR_MODE' });
    expect(needsPerson(blocker.class)).toBe(false);
    expect(blocker.message).toContain(side);
  });

  test('a lack of slots may end by itself; the numbers and what a person may do are told', () => {
    const blocker = noFreeSlot(98, 100, 100, true);
    expect(needsPerson(blocker.class)).toBe(false);
    expect(blocker.message).toMatch(/98.*100/);
    expect(blocker.hint).toMatch(/Delete.*EXCLUDE_PROJECTS.*SECONDARY_PROJECT_LIMIT/s);
  });
});
