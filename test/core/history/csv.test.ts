import { historyEntry, parseSince } from '../../../src/core/facts/history.ts';
import { historyAsCsv } from '../../../src/core/history/csv.ts';

const HEAD = 'at,event,projectId,projectName,runId,by,reason,evidence';
const AT = '2026-03-01T12:00:00.000Z';

function line(facts: Partial<Parameters<typeof historyEntry>[0]>): string {
  const entry = historyEntry({ id: 'x', at: AT, event: 'failover', evidence: {}, ...facts });
  return historyAsCsv([entry]).split('\r\n').slice(1, -1).join('\r\n');
}

test('the history as CSV has a head line, and one for each entry', () => {
  expect(historyAsCsv([])).toBe(`${HEAD}\r\n`);
  expect(line({ reason: 'down', evidence: { images: 3 } })).toBe(`${AT},failover,,,,app,down,"{""images"":3}"`);
});

test.each([
  ['a comma', 'cats, dogs', '"cats, dogs"'],
  ['quotes', 'the "good" one', '"the ""good"" one"'],
  ['a new line', 'one\ntwo', '"one\ntwo"'],
  ['a formula', '=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['a leading minus', '-1', "'-1"],
])('the history as CSV quotes a name with %s', (_what, name, cell) => {
  expect(line({ projectName: name })).toBe(`${AT},failover,,${cell},,app,,{}`);
});

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T20:00:00Z', '2026-11-01T20:00:00.000Z'],
  ['2026-11-01T20:00:00.5+01:00', '2026-11-01T19:00:00.500Z'],
])('the history is asked for since %s', (text, since) => {
  expect(parseSince(text)?.toISOString()).toBe(since);
});

test.each(['', 'soon', '1', 'May 2026', '07/08/2026', '2026-02-30'])(
  '%j is no time to ask for the history since',
  (text) => {
    expect(parseSince(text)).toBeNull();
  },
);
