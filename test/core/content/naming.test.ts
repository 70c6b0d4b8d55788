import {
  predecessorName,
  decideNames,
  isUnverifiedName,
  nameWithId,
  unverifiedName,
} from '../../../src/core/content/naming.ts';
import { aGeneration, aProject, aReplica, aStranger, guid, REPLICA_ID } from '../../support/builders.ts';

const OLD_ID = guid(50);
const older = aGeneration({ replicaProjectId: OLD_ID, runId: 'run-1' });

describe('a copy', () => {
  test('takes the name of the source where nobody holds it', () => {
    const names = decideNames('Cats', REPLICA_ID, [older], [aStranger(), aReplica({ name: 'cvr-staging' })]);
    expect(names).toEqual({ name: 'Cats', predecessor: null });
  });

  test('keeps the name that it holds already', () => {
    expect(decideNames('Cats', REPLICA_ID, [older], [aReplica()])).toEqual({ name: 'Cats', predecessor: null });
  });

  test('takes the name from our older copy, which steps aside under the name of its own run', () => {
    const names = decideNames('Cats', REPLICA_ID, [older], [aReplica({ id: OLD_ID })]);
    expect(names).toEqual({ name: 'Cats', predecessor: { replicaProjectId: OLD_ID, name: 'Cats [replica run-1]' } });
  });

  test('leaves a name to somebody else’s project, and carries a part of its own id', () => {
    const names = decideNames('Cats', REPLICA_ID, [older], [aStranger({ name: 'Cats' })]);
    expect(names).toEqual({ name: `Cats [replica ${REPLICA_ID.slice(0, 8)}]`, predecessor: null });
  });

  test('leaves a name to a marked project that is in no record of this source', () => {
    const names = decideNames('Cats', REPLICA_ID, [], [aReplica({ id: OLD_ID })]);
    expect(names).toEqual({ name: `Cats [replica ${REPLICA_ID.slice(0, 8)}]`, predecessor: null });
  });

  test.each([
    ['somebody else’s project', aStranger({ name: 'CATS' }), null],
    ['our older copy', aProject({ id: OLD_ID, name: 'CATS' }), OLD_ID],
  ])('takes a name in other capitals for held, by %s', (_who, holder, predecessor) => {
    const names = decideNames('Cats', REPLICA_ID, [older], [holder]);
    expect(names.predecessor?.replicaProjectId ?? null).toBe(predecessor);
    expect(names.name === 'Cats').toBe(predecessor !== null);
  });

  test('leaves a name to somebody else’s project that holds it in other capitals first in the list', () => {
    const held = [aStranger({ name: 'CATS' }), aReplica({ id: OLD_ID })];
    expect(decideNames('Cats', REPLICA_ID, [older], held).name).not.toBe('Cats');
  });

  // Which project the service lists first decides whether the other holder is seen.
  test('leaves a name to somebody else’s project although one of our older copies holds it too', () => {
    const held = [aReplica({ id: OLD_ID }), aStranger({ name: 'CATS' })];
    expect(decideNames('Cats', REPLICA_ID, [older], held).name).not.toBe('Cats');
  });
});

test('two older copies never step aside to the same name', () => {
  expect(predecessorName('Cats', 'run-1')).not.toBe(predecessorName('Cats', 'run-2'));
});

describe('a name with something after it', () => {
  const long = 'c'.repeat(60);
  const names = (source: string) => [
    predecessorName(source, 'run-1'),
    unverifiedName(source, 'run-1'),
    nameWithId(source, REPLICA_ID),
  ];

  test('keeps the whole name of the source where there is room', () => {
    for (const name of names('Cats')) expect(name.startsWith('Cats [')).toBe(true);
  });

  test.each([
    ['a staging name', long, 64],
    ['the name of the source itself', 'c'.repeat(100), 100],
  ])('is no longer than %s, and says where it was shortened', (_what, source, longest) => {
    for (const name of names(source)) {
      expect(name.length).toBeLessThanOrEqual(longest);
      expect(name).toMatch(/^c+… \[.*\]$/);
    }
  });

  test('is never cut in the middle of a character', () => {
    for (const source of ['🐈'.repeat(40), `c${'🐈'.repeat(40)}`]) {
      for (const name of names(source)) expect(name).toBe(Buffer.from(name, 'utf8').toString('utf8'));
    }
  });

  test('tells two copies of a long name apart', () => {
    expect(predecessorName(long, 'run-1')).not.toBe(predecessorName(long, 'run-2'));
    expect(isUnverifiedName(unverifiedName(long, 'run-1'))).toBe(true);
  });
});

test('a copy that is kept unverified is known by its name, and no other is taken for one', () => {
  expect(isUnverifiedName(unverifiedName('Cats', 'run-1'))).toBe(true);
  for (const name of ['Cats', predecessorName('Cats', 'run-1'), 'Cats [unverified run-1] and dogs', '[unverified ]']) {
    expect(isUnverifiedName(name)).toBe(false);
  }
});
