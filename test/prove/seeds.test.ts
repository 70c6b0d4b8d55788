import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { drawScript } from './draw-script.ts';
import { runScript } from './run-script.ts';
import { readScript } from './script.ts';

/** The share of `npm run prove` that every test run has: about a minute and a half of one core. */
const SEEDS = Array.from({ length: 18 }, (_, index) => index + 1);
const DAYS = 10;

const SCRIPTS = join(__dirname, 'scripts');

test.each(SEEDS)(
  'in the world of seed %d every invariant holds after every effect, and status is never too hopeful',
  async (seed) => {
    const { breach, told, effects, imports } = await runScript(drawScript(seed, DAYS));
    expect(breach === null ? [] : [...told.slice(-20), breach.message]).toEqual([]);
    expect(effects).toBeGreaterThan(100);
    expect(imports).toBeGreaterThan(0);
  },
  300_000,
);

test('a seed draws the same world each time, and its script leads to the same effects', async () => {
  const [one, other] = [drawScript(4, 3), drawScript(4, 3)];
  expect(other).toEqual(one);
  const [first, second] = [await runScript(one), await runScript(other)];
  expect(second.told).toEqual(first.told);
  expect([second.effects, second.calls]).toEqual([first.effects, first.calls]);
}, 120_000);

// Each broke an invariant once.
test.each(readdirSync(SCRIPTS).filter((name) => name.endsWith('.json')))(
  'the script %s breaks nothing any more',
  async (name) => {
    const { breach, told } = await runScript(readScript(join(SCRIPTS, name)));
    expect(breach === null ? [] : [...told.slice(-20), breach.message]).toEqual([]);
  },
  120_000,
);
