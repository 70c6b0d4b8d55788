import { matchIterations, trainedIterations } from '../../../src/core/content/iterations.ts';
import { anIteration, guid } from '../../support/builders.ts';

/** A trained iteration of the replica; later numbers were trained later. */
const trained = (number: number, name: string) =>
  anIteration({ id: guid(number), name, trainedAt: `2026-01-0${number}T00:00:00.000Z` });

/** The source's iterations, of which nothing but their names is known. */
const named = (...names: string[]) => names.map((name) => ({ name }));

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
    const matches = matchIterations(named(...source), iterations).map(({ source: { name }, id }) => [name, id]);
    expect(matches).toEqual(expected.map(([name, number]) => [name, guid(number)]));
  });

  describe('among namesakes', () => {
    const ofSource = (id: string, trainedAt: string | null, domainId: string | null = null) => {
      return { id, name: 'a', trainedAt, domainId };
    };
    const [day1, day2, day3, day4] = ([1, 2, 3, 4] as const).map((day) => `2026-01-0${day}T00:00:00.000Z`) as [
      string,
      string,
      string,
      string,
    ];
    const copied = (number: number, trainedAt: string | null, domainId: string | null = null) =>
      anIteration({ id: guid(number), name: 'a', trainedAt, created: null, domainId });
    const pairs = (...given: Parameters<typeof matchIterations>) =>
      matchIterations(...given).map(({ source, id }) => [source.id, id]);

    test.each([
      ['by when each was trained', [ofSource('old', day1), ofSource('new', day2)], [copied(2, day2), copied(1, day1)], [['old', guid(1)], ['new', guid(2)]]], // prettier-ignore
      ['by when the one that came along was trained', [ofSource('old', day1), ofSource('new', day2)], [copied(2, day2)], [['new', guid(2)]]], // prettier-ignore
      ['by their domains where times do not tell', [ofSource('old', day1, 'x'), ofSource('new', day2, 'y')], [copied(1, day3, 'y'), copied(2, day3, 'x')], [['old', guid(2)], ['new', guid(1)]]], // prettier-ignore
      ['by the order of their training where all times moved', [ofSource('old', day1), ofSource('new', day2)], [copied(2, day4), copied(1, day3)], [['old', guid(1)], ['new', guid(2)]]], // prettier-ignore
      ['never where all were trained at one time', [ofSource('old', day1), ofSource('new', day2)], [copied(1, day3), copied(2, day3)], []], // prettier-ignore
      ['never where no time is told', [ofSource('old', day1), ofSource('new', day2)], [copied(1, null), copied(2, null)], []], // prettier-ignore
      ['never where one is too few and none has its time', [ofSource('old', day1), ofSource('new', day2)], [copied(1, day3), copied(2, day3), copied(4, day3)], []], // prettier-ignore
    ])('%s', (_what, source, replica, expected) => {
      expect(pairs(source, replica)).toEqual(expected);
    });
  });

  test('never among those that are not trained', () => {
    expect(matchIterations(named('a'), [anIteration({ name: 'a', status: 'Training' })])).toEqual([]);
  });

  test('once only: no two have the same counterpart', () => {
    const replica = ['x', 'b', 'y', 'z'].map((name, index) => trained(index + 1, name));
    const ids = matchIterations(named('a', 'b', 'c', 'd'), replica).map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });
});
