import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  MOST_CAUSES,
  MOST_ROWS,
  NO_QUERY,
  pageQueryOf,
  selectionOf,
  type PageQuery,
} from '../../src/page/selection.ts';
import { statusPage } from '../../src/page/status-page.ts';
import { aRecordFailure } from '../support/builders.ts';
import { aBadNight } from './a-bad-night.ts';
import { element, elements, textOf } from './markup.ts';
import { manyProjects } from './states.ts';

const asked = (query: string): PageQuery => pageQueryOf(new URLSearchParams(query));
const shown = (query: string, report = aBadNight()) => selectionOf(report, asked(query)).rows.map(({ name }) => name);

test('those that wait for a person come first, then by how bad it is, then by name, and last what is left alone', () => {
  expect(shown('')).toEqual([
    'Shelf products',
    'Leaf diseases (coffee)',
    'Meter readings',
    'Straßenschäden – Köln',
    'Weld seams',
    'Bird feeder',
    'Casting defects',
    'Dish recognition',
    'Hard hats and vests',
    'Parcel labels',
    'Returned shoes',
    'Old shelf trial',
    'Sandbox',
  ]);
});

test('what needs attention can be seen alone', () => {
  expect(shown('show=attention')).toEqual(['Shelf products', 'Leaf diseases (coffee)', 'Meter readings']);
});

test.each([
  ['a part of a name, in any case', 'q=LEAF', ['Leaf diseases (coffee)']],
  ['letters of another alphabet', `q=${encodeURIComponent('KÖLN')}`, ['Straßenschäden – Köln']],
  ['an id', 'q=000000000112', ['Weld seams']],
  ['nothing that is there', 'q=nowhere', []],
  ['blanks only, which is no search', 'q=%20&show=attention', shown('show=attention')],
  [
    'a name among those that need attention',
    'q=e&show=attention',
    ['Shelf products', 'Leaf diseases (coffee)', 'Meter readings'],
  ],
])('a search finds by %s', (_what, query, names) => {
  expect(shown(query)).toEqual(names);
});

test.each([
  ['show=everything', NO_QUERY],
  ['', NO_QUERY],
  [`q=${'x'.repeat(999)}`, { show: null, search: 'x'.repeat(200) }],
])('an address that says %.20s is understood as far as it goes', (query, understood) => {
  expect(asked(query)).toEqual(understood);
});

test('the documentation says how many a page lists', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'http.md'), 'utf8').replace(/\s+/g, ' ');
  expect(page).toContain(`lists all projects up to ${MOST_ROWS}, `);
  expect(page).toContain(`the ${MOST_CAUSES} worst causes`);
});

describe('with many projects', () => {
  const many = manyProjects(300);

  test('nobody who did not ask gets more rows than can be looked through: those that need attention', () => {
    const { rows, show, fitting, troubled } = selectionOf(many, NO_QUERY);
    expect([show, fitting, rows.length]).toEqual(['attention', troubled, Math.min(troubled, MOST_ROWS)]);
    expect(shown('', manyProjects(MOST_ROWS))).toHaveLength(MOST_ROWS);
    expect(shown('show=all', many)).toHaveLength(300);
  });

  test('a page that leaves some out says so, and links to all of them', () => {
    const html = statusPage(many, { isLinked: true, query: asked('q=line') });
    expect(elements(element(html, 'tbody'), 'tr')).toHaveLength(MOST_ROWS);
    expect(textOf(html)).toContain(`The worst ${MOST_ROWS} of 300 projects with “line” in name or id.`);
    expect(html).toContain('href="?show=all&amp;q=line"');
  });

  test('what was searched for stands in the field again, as text and nothing else', () => {
    const html = statusPage(many, { isLinked: true, query: asked(`q=${encodeURIComponent('"><u>')}`) });
    expect(html).toContain('value="&quot;&gt;&lt;u&gt;"');
    expect(html).not.toContain('"><u>');
    expect(textOf(html)).toContain('None of 300 projects with “"><u>” in name or id.');
  });

  test('where no link can be followed the page says what to add to its address', () => {
    const html = statusPage(many, { isLinked: false, query: NO_QUERY });
    expect(html).not.toMatch(/<form|<a href="\?/);
    expect(textOf(html)).toContain('this address with &show=all at its end');
  });

  test('a page that nobody asked more of is 150 kB at most, also where each project has a trouble of its own', () => {
    const night = manyProjects(300, (record, number) => ({
      ...record,
      failure: aRecordFailure({ code: 'TIMED_OUT', message: `${'The service did not answer. '.repeat(6)}${number}` }),
    }));
    const html = statusPage(night, { isLinked: true, query: NO_QUERY });
    expect(elements(element(html, 'tbody'), 'tr')).toHaveLength(MOST_ROWS);
    expect(textOf(html)).toContain(`The worst ${MOST_CAUSES} of 300. All of them`);
    expect(Buffer.byteLength(html)).toBeLessThan(150_000);
    const whole = statusPage(night, { isLinked: true, query: asked('show=attention') });
    expect(elements(element(whole, 'ol', 'attention'), 'li')).toHaveLength(300);
  });
});
