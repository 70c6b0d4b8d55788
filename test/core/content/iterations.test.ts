import { matchIterations, trainedIterations } from '../../../src/core/content/iterations.ts';
import { anIteration, guid } from '../../support/builders.ts';

/** A trained iteration of the replica; later numbers were trained later. */
const trained = (number: number, name: string) =>
  anIteration({ id: guid(number), name, trainedAt: `2026-01-0${number}T00:00:00.000Z` });

describe('the trained iterations of a project', () => {
  const names = (...iterations: Parameters<typeof trainedIterations>[0]) =>
    trainedIterations(iterations).map(({ name }) => name);

  test('are sorted by when they were trained, the oldest first', () => {
    expect(names(trained(3, 'c'), trained(1, 'a'), trained(2, 'b'))).toEqual(['a', 'b', 'c']);
  });

  test('are sorted by when they were created where the service does not say when they were trained', () => {
    const untold = anIteration({ name: 'b', trainedAt: null, created: '2026-01-02T00:00:00.000Z' });
    expect(names(trained(3, 'c'), untold, trained(1, 'a'))).toEqual(['a', 'b', 'c']);
  });

  test('are compared as instants, not as texts', () => {
    const early = anIteration({ name: 'a', trainedAt: '2026-01-02T00:00:00Z' });
    const late = anIteration({ name: 'b', trainedAt: '2026-01-02T00:00:00.5Z' });
    expect(names(late, early)).toEqual(['a', 'b']);
  });

  test('keep the order of the service where no time tells them apart', () => {
    const untold = (name: string) => anIteration({ name, trainedAt: null, created: null });
    expect(names(untold('b'), untold('a'), untold('c'))).toEqual(['b', 'a', 'c']);
  });

  test('leave out what is not trained, and do not change the list they are from', () => {
    const listed = [trained(2, 'b'), anIteration({ name: 'New', status: 'New' }), trained(1, 'a')] as const;
    expect(names(...listed)).toEqual(['a', 'b']);
    expect(listed.map(({ name }) => name)).toEqual(['b', 'New', 'a']);
  });
});

describe('an iteration of the source is found on the replica', () => {
  const cases: readonly [what: string, source: string[], replica: [number, string][], expected: [string, number][]][] =
    [
      ['by its name', ['a', 'b'], [[1, 'a'], [2, 'b']], [['a', 1], ['b', 2]]], // prettier-ignore
      ['by its name, whatever the order', ['a', 'b'], [[1, 'b'], [2, 'a']], [['a', 2], ['b', 1]]], // prettier-ignore
      ['by its place where all names are others', ['a', 'b'], [[1, 'x'], [2, 'y']], [['a', 1], ['b', 2]]], // prettier-ignore
      ['by its place among those left over', ['a', 'b', 'c'], [[1, 'x'], [2, 'b'], [3, 'y']], [['a', 1], ['b', 2], ['c', 3]]], // prettier-ignore
      ['never by its place where one is too few', ['a', 'b', 'c'], [[1, 'x'], [2, 'b']], [['b', 2]]], // prettier-ignore
      ['never by its place where one is too many', ['a', 'b'], [[1, 'x'], [2, 'b'], [3, 'y']], [['b', 2]]], // prettier-ignore
      ['although the replica has more', ['a'], [[1, 'a'], [2, 'b']], [['a', 1]]], // prettier-ignore
      ['nowhere where the replica has none', ['a'], [], []],
      ['nowhere where the source has none', [], [[1, 'a']], []],
    ];

  test.each(cases)('%s', (_what, source, replica, expected) => {
    const iterations = replica.map(([number, name]) => trained(number, name));
    const matches = matchIterations(source, iterations).map(({ source: name, id }) => [name, id]);
    expect(matches).toEqual(expected.map(([name, number]) => [name, guid(number)]));
  });

  test('never among those that are not trained', () => {
    expect(matchIterations(['a'], [anIteration({ name: 'a', status: 'Training' })])).toEqual([]);
  });

  test('once only: no two have the same counterpart', () => {
    const replica = ['x', 'b', 'y', 'z'].map((name, index) => trained(index + 1, name));
    const ids = matchIterations(['a', 'b', 'c', 'd'], replica).map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });
});
