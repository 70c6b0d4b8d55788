import { FAULTS, rowOf } from './matrix.ts';

/** A row of the table in docs/proof.md that `npm run prove -- --matrix` makes, of the call that must never be sent twice. */
test('ImportProject heals by itself from each fault that it meets once, and has a named outcome for those that stay', async () => {
  const cells = await rowOf('secondary', 'ImportProject', [
    'time-out',
    'time-out, done',
    '429 text',
    '401',
    'drop after',
    'twice',
  ]);
  expect(cells.map(({ fault, once, forEver, problem }) => [fault, once, forEver, problem])).toEqual([
    ['time-out', 'heals', 'again: IMPORT_LOST', null],
    ['time-out, done', 'heals', 'in sync', null],
    ['429 text', 'heals', 'again: HTTP_429', null],
    ['401', 'heals', 'person: HTTP_401', null],
    ['drop after', 'heals', 'in sync', null],
    ['twice', 'heals', 'in sync', null],
  ]);
}, 120_000);

test('a fault that nobody knows is told', async () => {
  await expect(rowOf('primary', 'GetTags', ['a flood'])).rejects.toThrow('There is no fault "a flood".');
  expect(Object.keys(FAULTS)).toHaveLength(18);
});
