import { lagBar } from '../../src/page/lag-bar.ts';

const OBJECTIVE = 7_200;

/** What the bar shows: how bad, and how much of its width of 100 is filled; null where there is no bar. */
function shownBy(lag: number | null, objective: number | null = OBJECTIVE) {
  const bar = lagBar(lag, objective).toString();
  const [, standing] = /class="bar (\w+)"/.exec(bar) ?? [];
  const [, width] = /class="fill" width="(\d+)"/.exec(bar) ?? [];
  return standing === undefined ? null : [standing, Number(width)];
}

test.each([
  [0, 'good', 0],
  [1, 'good', 2],
  [OBJECTIVE / 2, 'good', 38],
  [OBJECTIVE * 0.8, 'warning', 60],
  [OBJECTIVE, 'warning', 75],
  [OBJECTIVE + 1, 'critical', 75],
  [OBJECTIVE * 1.2, 'critical', 90],
  [OBJECTIVE * 50, 'critical', 100],
])('a lag of %d s is shown as %s, %d wide', (lag, standing, width) => {
  expect(shownBy(lag)).toEqual([standing, width]);
});

test('the words say the same without the bar, which is hidden from those who hear the page', () => {
  expect(lagBar(OBJECTIVE + 600, OBJECTIVE).toString()).toMatch(/2 h 10 min[\s\S]*over 2 h[\s\S]*aria-hidden="true"/);
  expect(lagBar(0, OBJECTIVE).toString()).toContain('none');
});

test('a lag without an objective has no bar; one that is not known has no number either', () => {
  expect(shownBy(600, null)).toBeNull();
  expect(lagBar(600, null).toString()).toContain('10 min');
  expect(shownBy(null)).toBeNull();
  expect(lagBar(null, OBJECTIVE).toString()).toContain('not known');
  expect(lagBar(null, OBJECTIVE).toString()).not.toMatch(/\d|none</);
});
