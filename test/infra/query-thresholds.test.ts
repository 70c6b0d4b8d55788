import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LONG_COPY, QUOTA_SHARE } from '../../src/core/status/thresholds.ts';

// Queries run in Log Analytics and have numbers of their own; they are found by what they stand beside, however the
// query around them is written.

const folder = join(__dirname, '..', '..', 'infra', 'queries');
const alerts = readdirSync(folder).filter((name) => name.startsWith('alert-') && name.endsWith('.kql'));

/** The query without its comments. */
function queryOf(name: string): string {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  return lines.filter((line) => !line.trimStart().startsWith('//')).join('\n');
}

/** Every number that stands where the pattern has its group, each once. */
function numbersIn(query: string, pattern: RegExp): number[] {
  const found = [...query.matchAll(pattern)].map(([, number]) => Number(number));
  return [...new Set(found)].sort((left, right) => left - right);
}

test.each([
  ['alert-quota-low.kql', [QUOTA_SHARE.low, QUOTA_SHARE.critical]],
  ['alert-quota-exhausted.kql', [QUOTA_SHARE.critical]],
])('%s draws its lines where status does', (name, shares) => {
  const query = queryOf(name);
  expect(numbersIn(query, /(0?\.\d+) \* \w*(?:limit)/gi)).toEqual(shares);
  // Beyond a line is more than it, as in status: what is just at it is not.
  expect(query).not.toMatch(/>= 0?\.\d+/);
});

test.each(['alert-unprotected.kql', 'alert-stuck.kql'])('%s waits for a copy as long as status does', (name) => {
  const query = queryOf(name);
  expect(numbersIn(query, /> max_of\((\d+),/g)).toEqual([LONG_COPY.inSeconds]);
  expect(numbersIn(query, /(\d+) \* coalesce\(\w*estimate/gi)).toEqual([LONG_COPY.inEstimates]);
});

test('alert-nothing-ran.kql has no grace of its own: the app tells when the next sweep is overdue', () => {
  const query = queryOf('alert-nothing-ran.kql').replace(/^\/\/.*$/gm, '');
  expect(query).toContain('line.overdueAt');
  expect(query).not.toMatch(/\d+(m|s|h|min)\b/);
});

test('no other alert has a quota, or an estimate of an import, of its own', () => {
  const checked = ['alert-quota-low.kql', 'alert-quota-exhausted.kql', 'alert-unprotected.kql', 'alert-stuck.kql'];
  const others = alerts.filter((name) => !checked.includes(name));
  expect(others.length).toBeGreaterThan(0);
  expect(others.filter((name) => /targetProjectLimit|estimateInSeconds/.test(queryOf(name)))).toEqual([]);
});
