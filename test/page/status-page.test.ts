import { createHash } from 'node:crypto';
import type { ReportInput } from '../../src/core/status/status-facts.ts';
import { newCatalogue } from '../../src/core/backups/catalogue.ts';
import { PAGE_HEADERS } from '../../src/page/document.ts';
import { NO_QUERY } from '../../src/page/selection.ts';
import { STYLE } from '../../src/page/style.ts';
import { REFRESH_SCRIPT } from '../../src/page/refresh.ts';
import { statusPage } from '../../src/page/status-page.ts';
import {
  aGeneration,
  after,
  aRecordFailure,
  aRecordInSync,
  aSnapshot,
  aSweepState,
  HALF_HOURLY,
  SOURCE_ID,
  timeAfter,
} from '../support/builders.ts';
import { aStatusReport, aSweepThatListed, aSweepThatSaw, behind, needsPerson, OBJECTIVE } from '../support/reports.ts';
import { SHOP, STATES } from './states.ts';
import { aBadNight } from './a-bad-night.ts';
import { danglingIds, element, elements, misfits, textOf, withoutScript } from './markup.ts';

const HOSTILE = `</title></script><img src=x onerror=alert(1)>"' onfocus='alert(2)' & \${x} \u202Egnp.exe`;

function page(changes: Partial<ReportInput> = {}, isLinked = true): string {
  return statusPage(aStatusReport({ schedule: HALF_HOURLY, ...changes }), { isLinked, query: NO_QUERY });
}

const firstLine = (html: string): string => textOf(`<body>${element(html, 'h1')}`);
const sentence = (html: string): string => textOf(`<body>${element(html, 'p', 'first')}`);
const cellsOf = (html: string): string[] =>
  elements(element(html, 'tbody'), 'td').map((cell) => textOf(`<body>${cell}`));

describe('the first lines', () => {
  test('are the verdict: what is the matter, what it means, and what to do', () => {
    const html = page();
    expect(element(html, 'header')).toContain('class="verdict good"');
    expect(firstLine(html)).toBe(
      'ALL WELL 1 of 1 protected, 0 of 0 ready to fail over (1 serve nothing) nothing lost beyond 1 min',
    );
    expect(sentence(html)).toBe('Nothing is wrong. The next sweep is due 12:30 UTC.');
  });

  test('are not green before anything is protected', () => {
    expect(element(page({ sweep: null, records: [] }), 'header')).toContain('class="verdict notice"');
    expect(STYLE).toMatch(/\.verdict\.notice \{ border-left-color: var\(--work\)/);
  });

  test('are calm where there is only something to know', () => {
    const sweep = aSweepState({
      brake: { since: timeAfter(0), kind: 'short-list', accepted: 9, missing: 4, confirmedAt: timeAfter(1) },
    });
    const html = page({ sweep });
    expect(element(html, 'header')).toContain('class="verdict good"');
    expect(sentence(html)).toMatch(/^Nothing is wrong\./);
  });

  test('name the first problem, what to do, and how much more there is', () => {
    const records = [
      aRecordInSync({ failure: { ...needsPerson, message: 'The key was refused.', hint: 'Set a key.' } }),
    ];
    expect(element(page({ records }), 'header')).toContain('class="verdict critical"');
    expect(sentence(page({ records }))).toBe('Cats: The key was refused. Set a key.');
    expect(sentence(page({ records, rejectedNotifications: 2 }))).toMatch(/Set a key\. And 1 more\.$/);
  });

  test('lead to the runbook where there is one', () => {
    const problems = [{ setting: 'DRY_RUN', message: 'is not true or false.', expected: 'true or false' }];
    expect(sentence(page({ problems, sweep: null, records: [] }))).toMatch(/Runbook: docs\/settings\.md\.$/);
  });
});

describe('which installation it is', () => {
  const title = (html: string) => element(html, 'title').replace(/<[^>]*>/g, '');

  test('stands above everything: its title, both hosts, the version', () => {
    const html = page({ app: SHOP });
    const line = textOf(`<body>${element(html, 'p', 'class="installation"')}`);
    expect(line).toBe(
      'shop-models from shop-north.cognitiveservices.azure.com → to shop-west.cognitiveservices.azure.com version 1.2.3',
    );
    expect(html.indexOf('class="installation"')).toBeLessThan(html.indexOf('<h1'));
  });

  test('and how it stands tell its tab from others, the worst first', () => {
    const of = (name: string) => {
      const { report } = STATES.find((state) => state.name === name)!;
      return title(statusPage(report, { isLinked: true, query: NO_QUERY }));
    };
    expect(of('all well')).toBe('ALL WELL · shop-models');
    expect(of('dead primary')).toBe('PRIMARY UNREACHABLE · shop-models');
    expect(of('failed over')).toBe('2 FAILED OVER · shop-models');
    expect(of('dry run')).toBe('DRY RUN: NOTHING IS COPIED · shop-models');
  });

  test('is not known where the settings are bad', () => {
    const html = page({ problems: [{ setting: 'DRY_RUN', message: 'is bad.', expected: 'true or false' }] });
    expect(title(html)).toBe('SETTINGS INVALID: NOTHING RUNS · Custom Vision replicator');
    expect(html).not.toContain('class="installation"');
  });
});

describe('a project’s row', () => {
  test('tells what is known, and has a dash with words for what is not', () => {
    expect(cellsOf(page())).toEqual([
      '✓ in syncas of 1 min ago',
      '1 min',
      'verified 0 s ago',
      '00000000 made 0 s ago',
      '–not published',
      '1',
      '–nothing',
    ]);
    expect(cellsOf(page({ records: [] }))).toEqual([
      '△ behind',
      '–not known',
      '–there is no copy',
      'none',
      '–not published',
      '0',
      'its turn',
    ]);
  });

  test('tells what would be lost now, however good the last look was: a silent primary may hold more', () => {
    const { report } = STATES.find(({ name }) => name === 'dead primary')!;
    const cells = cellsOf(statusPage(report, { isLinked: true, query: NO_QUERY }));
    expect(cells.slice(0, 2)).toEqual(['✓ in syncas of 34 min ago', '34 min']);
  });

  test('of what is failed over says so, above what rests', () => {
    const { report } = STATES.find(({ name }) => name === 'failed over')!;
    const html = statusPage(report, { isLinked: true, query: NO_QUERY });
    const rows = elements(element(html, 'tbody'), 'tr').map((tr) => textOf(`<body>${tr}`));
    expect(rows.map((text) => text.includes('failed over'))).toEqual([true, true, false, false, false]);
  });

  test('tells of backups as soon as any project’s are known', () => {
    const catalogues = new Map([[SOURCE_ID, newCatalogue(SOURCE_ID, 'Cats')]]);
    const html = page({ catalogues });
    expect(elements(element(html, 'thead'), 'th').map((header) => textOf(`<body>${header}`))).toContain('Backups');
    expect(cellsOf(html).at(-2)).toBe('0');
  });

  const rowClass = (changes: Partial<ReportInput>) => /<tr role="row" class="(\w+)"/.exec(page(changes))?.[1];
  test.each<[string, string, Partial<ReportInput>]>([
    ['rest', 'it is idle and fine', {}],
    ['work', 'it is behind, as it may be', { records: [behind] }],
    ['trouble', 'it fails', { records: [{ ...behind, failure: aRecordFailure() }] }],
    ['stuck', 'it is behind for too long', { records: [behind], now: after(OBJECTIVE + 1) }],
    ['stuck', 'a person is needed', { records: [aRecordInSync({ failure: needsPerson })] }],
    ['apart', 'it is out of scope', { records: [], sweep: aSweepThatListed('not wanted') }],
  ])('looks like %s where %s', (mood, _where, changes) => {
    expect(rowClass(changes)).toBe(mood);
  });

  test('keeps sync and proof apart: a copy in sync may be one that was never verified', () => {
    const records = [aRecordInSync({ generations: [aGeneration({ verifiedAt: null })] })];
    expect(cellsOf(page({ records })).slice(0, 3)).toEqual(['✓ in syncas of 1 min ago', '1 min', 'not verified']);
  });
});

describe('whatever a project is called', () => {
  const hostile = () =>
    page({
      sweep: { ...aSweepThatSaw({ name: HOSTILE }), problem: HOSTILE, unmatchedPatterns: [HOSTILE] },
      records: [
        aRecordInSync({
          source: aSnapshot({ publications: [{ iteration: HOSTILE, publishName: 'absent' }] }),
          generations: [
            aGeneration({ name: `${HOSTILE}!`, published: [{ iterationId: SOURCE_ID, publishName: HOSTILE }] }),
          ],
          failure: aRecordFailure({ code: HOSTILE, message: HOSTILE, hint: HOSTILE }),
        }),
      ],
    });

  test('it is text and nothing else', () => {
    const html = hostile();
    expect(withoutScript(html)).not.toMatch(/<img|<\/script|onerror=alert\(1\)>/);
    expect(misfits(html)).toEqual([]);
    expect(elements(html, 'title')).toHaveLength(1);
    expect(textOf(html)).toContain(HOSTILE);
    expect(element(html, 'title')).not.toContain(HOSTILE);
  });

  test('it can’t turn the text around it', () => {
    const body = element(hostile(), 'main');
    expect(body.split('\u202E').length).toBeGreaterThan(8);
    expect(body.replace(/<bdi>[^<]*<\/bdi>/g, '')).not.toContain('\u202E');
  });

  test('it has a name to click on', () => {
    expect(textOf(page({ sweep: aSweepThatSaw({ name: ' ' }) }))).toContain('(no name)');
  });
});

describe('the page', () => {
  const night = statusPage(aBadNight(), { isLinked: true, query: NO_QUERY });

  test('prints nothing that is not there', () => {
    for (const html of [night, page({ sweep: null, records: [] }), page({ records: [] })]) {
      expect(textOf(html)).not.toMatch(/\b(null|undefined|NaN|Invalid|Infinity)\b|\[object/);
    }
    const empty = textOf(page({ sweep: null, records: [], targetProjectLimit: null, rejectedNotifications: null }));
    expect(empty).toContain('Projects (last sweep) not known It may hold not known Free not known');
    expect(empty).toContain('Last received never Rejected not known');
  });

  test('is sound markup in one language, with one main part and a heading for each section', () => {
    expect(night).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(misfits(night)).toEqual([]);
    expect(danglingIds(night)).toEqual([]);
    expect(elements(night, 'main')).toHaveLength(1);
    expect(elements(night, 'h1')).toHaveLength(1);
    expect(elements(night, 'h2').map((heading) => textOf(`<body>${heading}`))).toEqual([
      'Needs attention',
      'Projects',
      'Everything else',
    ]);
    expect(night).toContain('name="viewport"');
  });

  test('has a table whose every cell has a header, and that can be scrolled by keyboard', () => {
    const rows = elements(element(night, 'tbody'), 'tr');
    const headers = elements(element(night, 'thead'), 'th');
    expect(rows).toHaveLength(13);
    for (const header of headers) expect(header).toContain('scope="col"');
    for (const row of rows) {
      expect(elements(row, 'th')).toHaveLength(1);
      expect(row).toContain('scope="row"');
      expect(elements(row, 'td')).toHaveLength(headers.length - 1);
    }
    expect(elements(night, 'caption')).toHaveLength(1);
    expect(element(night, 'div', 'class="scroll"')).toContain('tabindex="0"');
  });

  test('says when it was made, and to whom no script runs that it stays as it is', () => {
    expect(night).not.toContain('http-equiv');
    expect(textOf(night)).toContain('As of 2026-03-01 12:00:00 UTC.');
    expect(textOf(`<body>${element(night, 'noscript')}`)).toMatch(/^Scripts are off here, .* load it again/);
  });

  test('loads nothing, and has the one style and the one script that its policy names', () => {
    expect(withoutScript(night)).not.toMatch(/<script|\son\w+=|\sstyle=|(?:src|href)="(?!data:|projects\/|#|\?show=)/);
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(night) ?? [];
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(night) ?? [];
    expect(script).toBe(REFRESH_SCRIPT);
    const hashOf = (text: string) => createHash('sha256').update(text).digest('base64');
    const policy = PAGE_HEADERS['content-security-policy'];
    expect(policy).toContain(`style-src 'sha256-${hashOf(style)}'`);
    expect(policy).toContain(`script-src 'sha256-${hashOf(script)}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
  });

  test('links to each project, except where a link could not be followed', () => {
    expect(page()).toContain(`href="projects/${SOURCE_ID}"`);
    const unlinked = page({}, false);
    expect(unlinked).not.toContain('href="projects/');
    expect(element(unlinked, 'tbody')).toContain(SOURCE_ID);
    expect(textOf(unlinked)).toContain('/api/projects/');
  });

  test('tells of bad settings and of nothing else where they are bad', () => {
    const problems = [
      { setting: 'PRIMARY_TRAINING_ENDPOINT', message: 'is not set.', expected: 'https://<name>.example' },
      { setting: 'DRY_RUN', message: 'is not true or false.', expected: 'true or false' },
    ];
    const html = page({ problems, sweep: null, records: [], schedule: null });
    expect(firstLine(html)).toBe('SETTINGS INVALID: NOTHING RUNS');
    expect(textOf(html)).toContain(
      'PRIMARY_TRAINING_ENDPOINT is not set. What to do: Expected: https://<name>.example.',
    );
    expect(textOf(html)).toContain('DRY_RUN is not true or false.');
    expect(elements(html, 'table')).toEqual([]);
  });
});
