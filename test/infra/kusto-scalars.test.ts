import { runQuery } from '../support/kusto/query.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const AN_HOUR_AGO = new Date('2026-03-01T11:00:00.000Z');

/** One row: a number that is there, numbers and flags that are not, and JSON. */
const ONE = {
  T: {
    columns: [
      { name: 'five', type: 'long' },
      { name: 'nothing', type: 'long' },
      { name: 'unknown', type: 'bool' },
      { name: 'at', type: 'datetime' },
      { name: 'text', type: 'string' },
      { name: 'json', type: 'string' },
    ],
    rows: [
      [
        5,
        null,
        null,
        AN_HOUR_AGO,
        'Ab',
        '{"a":{"b":1.7},"no":null,"yes":true,"name":"x y","list":[1],"when":"2026-03-01T11:00:00Z"}',
      ],
    ],
  },
};

function value(expression: string): unknown {
  return runQuery(`T | extend line = parse_json(json) | project it = ${expression}`, ONE, NOW)[0]?.['it'];
}

describe('a null, by the page "Null values" of Kusto', () => {
  it.each([
    ['five > 3', true],
    ['nothing > 3', null],
    ['nothing > 3 or isnull(nothing)', true],
    ['five == nothing', false],
    ['nothing == nothing', null],
    ['five != nothing', true],
    ['nothing != nothing', null],
    ['nothing + 1', null],
    ['five - nothing', null],
    ['at - todatetime(text)', null],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it('decides `and` and `or` only where the other side does not', () => {
    expect(value('unknown and false')).toBe(false);
    expect(value('unknown and true')).toBeNull();
    expect(value('unknown or true')).toBe(true);
    expect(value('unknown or false')).toBeNull();
    expect(value('not(unknown)')).toBeNull();
  });

  it('is not true for iff', () => {
    expect(value("iff(unknown, 'yes', 'no')")).toBe('no');
  });

  it('yields to what is not null in max_of and min_of', () => {
    expect(value('max_of(nothing, 3)')).toBe(3);
    expect(value('min_of(3, nothing)')).toBe(3);
    expect(value('max_of(nothing, nothing)')).toBeNull();
    expect(value('max_of(10, 1, -3, 17)')).toBe(17);
    expect(value('min_of(10, 1, -3, 17)')).toBe(-3);
  });

  it('is passed over by coalesce, and so is an empty string', () => {
    expect(value('coalesce(nothing, five)')).toBe(5);
    expect(value("coalesce('', text)")).toBe('Ab');
    expect(value("coalesce('', '')")).toBe('');
  });
});

describe('JSON', () => {
  it.each([
    ['tolong(line.a.b)', 1],
    ['toreal(line.a.b)', 1.7],
    ['tolong(line.no)', null],
    ['tolong(line.absent)', null],
    ['tolong(line.absent.deeper)', null],
    ['tolong(line.name)', null],
    ['tobool(line.yes)', true],
    ['tobool(line.no)', null],
    ['tostring(line.name)', 'x y'],
    ['tostring(line.no)', ''],
    ['tostring(line.a)', '{"b":1.7}'],
    ['isnull(line.no)', true],
    ['isnotnull(line.absent)', false],
    ['isnotnull(line.name)', true],
    ['todatetime(line.when) == at', true],
    ['todatetime(line.name)', null],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it('is compared only after a conversion', () => {
    expect(() => value('line.a.b > line.name')).toThrow('convert it first');
  });

  it('that is none is a string', () => {
    expect(value('tostring(parse_json(text))')).toBe('Ab');
  });
});

describe('times', () => {
  it.each([
    ['now() - at == 1h', true],
    ['ago(1h) == at', true],
    ['at + 90m > now()', true],
    ['(now() - at) / 2 == 30m', true],
    ["datetime_diff('second', now(), at)", 3_600],
    ["datetime_diff('second', at, now())", -3_600],
    ['bin(at + 29m, 30m) == at', true],
    ['bin(at + 31m, 30m) == at + 30m', true],
    ['bin(at, 6h) == at - 5h', true],
    ['1.5 * 2h == 3h', true],
    ['max_of(10m, min_of(30m, 1h)) == 30m', true],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it('are counted by the borders of seconds that lie between', () => {
    const late = new Date('2026-03-01T12:00:00.900Z');
    const later = new Date('2026-03-01T12:00:01.100Z');
    const table = { T: { columns: [{ name: 'at', type: 'datetime' }], rows: [[late]] } };
    expect(runQuery("T | project it = datetime_diff('second', now(), at)", table, later)).toEqual([{ it: 1 }]);
  });
});

describe('numbers and strings', () => {
  it.each([
    ['five / 2', 2],
    ['five / 2.0', 2.5],
    ['1.5 * five', 7.5],
    ["text startswith 'aB'", true],
    ["text == 'ab'", false],
    ["text in ('ab', 'Ab')", true],
    ["text in ('ab')", false],
    ["strcat(text, ' (', five, ', ', nothing, ')')", 'Ab (5, )'],
    ['isempty(tostring(nothing))', true],
    ['tolong(1.9)', 1],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it('a string is never null, and asking for it is refused', () => {
    expect(() => value('isnull(text)')).toThrow('never null');
  });
});

describe('what the evaluator does not know', () => {
  it.each([
    ['a function', 'strlen(text)', 'this function'],
    ['an operator on strings', "text contains 'a'", 'this kind of expression'],
    ['another unit', "datetime_diff('year', now(), at)", 'in year'],
    ['a bin that does not divide a day', 'bin(at, 7h)', 'divide a day'],
  ])('is refused: %s', (_what, expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });

  it('is refused as an operator and as an aggregate', () => {
    expect(() => runQuery('T | take 5', ONE, NOW)).toThrow('this operator: TakeOperator');
    expect(() => runQuery('T | summarize n = dcount(five)', ONE, NOW)).toThrow('this aggregate');
  });

  it('and what is wrong by the language itself', () => {
    expect(() => runQuery('T | where fife > 1', ONE, NOW)).toThrow("The name 'fife' does not refer");
    expect(() => runQuery('T | where five >', ONE, NOW)).toThrow('line 1');
  });
});
