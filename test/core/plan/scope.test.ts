import { markLine, stagingName } from '../../../src/core/content/mark.ts';
import type { Scope } from '../../../src/core/plan/scope.ts';
import { exclusionOf } from '../../../src/core/plan/scope.ts';
import { aMark, aProject, guid, OWNER, SOURCE_ID } from '../../support/builders.ts';

/** An operator's choice that wants every project and names some by id. */
function aScope(changes: Partial<Scope> = {}): Scope {
  return { exclusionOf: () => null, names: () => false, unmatched: () => [], ...changes };
}

/** A source project that is itself the replica of some other project. */
function replicaAsSource({ pair } = OWNER) {
  const mark = aMark({ sourceProjectId: guid(5), replicaProjectId: SOURCE_ID, pair });
  return aProject({ description: `cats\n${markLine(mark)}` });
}

test('an ordinary project is replicated', () => {
  expect(exclusionOf(aProject(), aScope())).toBeNull();
});

test('a project that the operator does not want is left out for the operator’s reason', () => {
  expect(exclusionOf(aProject(), aScope({ exclusionOf: () => 'not wanted' }))).toBe('not wanted');
});

test('a project that is unwanted stays left out although it is named by id', () => {
  expect(exclusionOf(aProject(), aScope({ exclusionOf: () => 'not wanted', names: () => true }))).toBe('not wanted');
});

test.each([OWNER.pair, '00000000'])(
  'a replica is left out, whatever its pair (%s), and the reason says of what',
  (pair) => {
    expect(exclusionOf(replicaAsSource({ ...OWNER, pair }), aScope())).toContain(guid(5));
  },
);

test('a replica that is named by id is replicated', () => {
  expect(exclusionOf(replicaAsSource(), aScope({ names: (id) => id === SOURCE_ID }))).toBeNull();
});

test('a copy of a replica, whose mark names another project, is an ordinary project', () => {
  const copied = aProject({ description: markLine(aMark({ replicaProjectId: guid(6) })) });
  expect(exclusionOf(copied, aScope())).toBeNull();
});

// Until it is marked a replica is known by its staging name only; a pair that faces the other way may see it then.
test.each([OWNER.pair, '00000000'])('a replica that is not marked yet is left out by its staging name (%s)', (pair) => {
  const importing = aProject({ name: stagingName({ ...OWNER, pair }, guid(9)), description: '' });
  expect(exclusionOf(importing, aScope())).not.toBeNull();
});
