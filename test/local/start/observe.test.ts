import { Troubles } from '../../../src/local/start/observe.ts';

const fail = (text: string) => () => Promise.reject(new Error(text));

test('a trouble is told once, and again when it changes, and its end is told', async () => {
  const told: string[] = [];
  const troubles = new Troubles((where, text) => told.push(`${where} ${text}`));
  expect(await troubles.unlessItFails('primary', () => Promise.resolve(1))).toBe(1);
  expect(await troubles.unlessItFails('primary', fail('is away'))).toBeNull();
  await troubles.unlessItFails('primary', fail('is away'));
  expect([troubles.has('primary'), troubles.has('secondary')]).toEqual([true, false]);
  await troubles.unlessItFails('primary', fail('answers 401'));
  await troubles.unlessItFails('secondary', () => Promise.resolve(1));
  await troubles.unlessItFails('primary', () => Promise.resolve(1));
  await troubles.unlessItFails('primary', () => Promise.resolve(1));
  expect(told).toEqual(['primary is away', 'primary answers 401', 'primary answers again, after 0 s']);
  expect(troubles.has('primary')).toBe(false);
});
