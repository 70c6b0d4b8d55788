import { runQuery, type AnsweredRow, type GivenTable } from '../support/kusto/query.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 1, hour));

const LEFT: GivenTable = {
  columns: [
    { name: 'id', type: 'string' },
    { name: 'n', type: 'long' },
    { name: 'at', type: 'datetime' },
  ],
  rows: [
    ['a', 1, at(1)],
    ['a', 3, at(2)],
    ['b', null, at(3)],
    ['c', 2, at(4)],
  ],
};
const RIGHT: GivenTable = {
  columns: [
    { name: 'id', type: 'string' },
    { name: 'n', type: 'long' },
    { name: 'word', type: 'string' },
  ],
  rows: [
    ['a', 10, 'x'],
    ['a', 20, 'y'],
    ['d', 30, 'z'],
  ],
};
const EMPTY: GivenTable = { columns: LEFT.columns, rows: [] };

const ask = (query: string): AnsweredRow[] => runQuery(query, { L: LEFT, R: RIGHT, E: EMPTY }, NOW);

describe('summarize', () => {
  it('gives one row where it groups by nothing, of no rows as well', () => {
    expect(ask('E | summarize c = count(), m = max(n), s = sum(n), arg_max(at, id)')).toEqual([
      { c: 0, m: null, s: 0, at: null, id: '' },
    ]);
  });

  it('gives no row for no rows where it groups', () => {
    expect(ask('E | summarize c = count() by id')).toEqual([]);
  });

  it('gives a dynamic null of no rows, whose members are null', () => {
    expect(ask('E | extend line = parse_json(id) | summarize arg_max(at, line) | project it = tolong(line.a)')).toEqual(
      [{ it: null }],
    );
  });

  it('leaves nulls out of everything but count()', () => {
    expect(ask('L | summarize c = count(), i = countif(n > 1), most = max(n), least = min(n), s = sum(n)')).toEqual([
      { c: 4, i: 2, most: 3, least: 1, s: 6 },
    ]);
    expect(ask("L | where id == 'b' | summarize most = max(n), least = min(n)")).toEqual([{ most: null, least: null }]);
  });

  it('takes the row of the greatest with arg_max, under the names of its arguments', () => {
    expect(ask('L | summarize arg_max(at, n) by id')).toEqual([
      { id: 'a', at: at(2), n: 3 },
      { id: 'b', at: at(3), n: null },
      { id: 'c', at: at(4), n: 2 },
    ]);
  });

  it('refuses arg_max where Kusto would choose among rows', () => {
    expect(() => ask('R | extend one = 1 | summarize arg_max(one, word)')).toThrow('any of them');
    expect(ask("R | extend one = 1 | summarize arg_max(one, k = 'same')")).toEqual([{ one: 1, k: 'same' }]);
  });

  it('groups by bins under the name of their column', () => {
    expect(ask('L | summarize c = count() by bin(at, 2h)')).toEqual([
      { at: at(0), c: 1 },
      { at: at(2), c: 2 },
      { at: at(4), c: 1 },
    ]);
  });

  it('groups what is null by itself', () => {
    expect(ask('L | summarize c = count() by n')).toContainEqual({ n: null, c: 1 });
  });

  it('counts percentiles by rank', () => {
    expect(ask('L | summarize half = percentile(n, 50), most = percentile(n, 95)')).toEqual([{ half: 2, most: 3 }]);
  });

  it('refuses to say what the sum of nothing but nulls is', () => {
    expect(() => ask("L | where id == 'b' | summarize s = sum(n)")).toThrow('nothing but nulls');
  });
});

describe('joins', () => {
  it('inner: each pair, the right side’s own columns renamed where the left has them', () => {
    expect(ask('L | join kind=inner R on id | project id, n, n1, id1, word')).toEqual([
      { id: 'a', n: 1, n1: 10, id1: 'a', word: 'x' },
      { id: 'a', n: 1, n1: 20, id1: 'a', word: 'y' },
      { id: 'a', n: 3, n1: 10, id1: 'a', word: 'x' },
      { id: 'a', n: 3, n1: 20, id1: 'a', word: 'y' },
    ]);
  });

  it('leftouter: a left row without a partner has nulls, and empty strings', () => {
    expect(ask('L | join kind=leftouter R on id | where n1 < 20 or isnull(n1) | project id, n1, id1, word')).toEqual([
      { id: 'a', n1: 10, id1: 'a', word: 'x' },
      { id: 'a', n1: 10, id1: 'a', word: 'x' },
      { id: 'b', n1: null, id1: '', word: '' },
      { id: 'c', n1: null, id1: '', word: '' },
    ]);
  });

  it('leftanti: the left rows without a partner, as they are', () => {
    expect(ask('L | join kind=leftanti R on id')).toEqual([
      { id: 'b', n: null, at: at(3) },
      { id: 'c', n: 2, at: at(4) },
    ]);
  });

  it('of no named kind are refused: Kusto would drop duplicates from the left', () => {
    expect(() => ask('L | join R on id')).toThrow('this kind of join');
  });
});

describe('the rest', () => {
  it('where leaves out what is not known to be true', () => {
    expect(ask('L | where n != 3 | project id')).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(ask('L | where n < 3 | project id')).toEqual([{ id: 'a' }, { id: 'c' }]);
  });

  it('union has all columns, each empty where a table lacks it', () => {
    expect(ask("union (L | where id == 'c'), (R | where id == 'd')")).toEqual([
      { id: 'c', n: 2, at: at(4), word: '' },
      { id: 'd', n: 30, at: null, word: 'z' },
    ]);
  });

  it('order is descending unless it is said, with nulls as the least', () => {
    expect(ask('L | order by n | project n')).toEqual([{ n: 3 }, { n: 2 }, { n: 1 }, { n: null }]);
    expect(ask('L | order by n asc | project n')).toEqual([{ n: null }, { n: 1 }, { n: 2 }, { n: 3 }]);
    expect(ask('L | order by id desc, n asc | project id, n').slice(-2)).toEqual([
      { id: 'a', n: 1 },
      { id: 'a', n: 3 },
    ]);
  });

  it('extend puts a new value in place of an old one, worked out from the old', () => {
    expect(ask("L | where id == 'c' | extend n = n + 1, m = n")).toEqual([{ id: 'c', n: 3, at: at(4), m: 2 }]);
  });

  it('toscalar is the first column of the first row, and null of none', () => {
    expect(ask('let most = toscalar(L | summarize max(n)); print it = most')).toEqual([{ it: 3 }]);
    expect(ask('let most = toscalar(E | project n); print it = isnull(most)')).toEqual([{ it: true }]);
  });

  it('let names scalars and tables for what follows', () => {
    expect(ask('let T = L | where n > 1; let limit = 2; T | where n > limit | project id, n')).toEqual([
      { id: 'a', n: 3 },
    ]);
  });
});
