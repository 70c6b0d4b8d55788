import { projectStory } from '../../src/core/status/project-report.ts';
import type { Catalogue } from '../../src/core/backups/catalogue.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import { listingOf } from '../../src/core/status/status-facts.ts';
import type { Past } from '../../src/page/history-list.ts';
import { projectPage } from '../../src/page/project-page.ts';
import {
  aDiscard,
  after,
  aGeneration,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aRun,
  guid,
  runAfter,
  timeAfter,
  aPolicy,
} from '../support/builders.ts';
import { aStatusReport } from '../support/reports.ts';
import { badNightRecords } from './a-bad-night.ts';
import { danglingIds, element, elements, misfits, textOf, withoutScript } from './markup.ts';

const NO_PAST: Past = { entries: [], unreadable: 0 };

interface Besides {
  readonly isLinked?: boolean;
  readonly now?: Date;
  readonly past?: Past;
  readonly catalogue?: Catalogue;
}

function page(
  record: ReplicaRecord,
  { isLinked = true, now = after(600), past = NO_PAST, catalogue }: Besides = {},
): string {
  const policy = { ...aPolicy(), publishes: true, predictionEndpoint: 'https://dr.example' };
  const report = aStatusReport({ records: [record], now });
  const story = projectStory(listingOf(record, null), record, policy, now, catalogue);
  return projectPage(story, report, past, { isLinked });
}

const older = aGeneration({
  runId: 'run-1',
  replicaProjectId: guid(3),
  name: 'Cats [replica run-1]',
  importedAt: timeAfter(-90),
});
const oldest = aGeneration({ runId: 'run-0', replicaProjectId: guid(4), name: 'Cats [replica run-0]' });
const threeCopies = aRecordInSync({ generations: [oldest, older, aGeneration()] });

const sectionOf = (html: string, id: string): string => element(html, 'section', `aria-labelledby="${id}"`);
const rowsOf = (html: string, id: string): string[] =>
  elements(element(sectionOf(html, id), 'tbody'), 'tr').map((row) => textOf(`<body>${row}`));

test('every copy is there, the newest first, with the reason why it is kept or not', () => {
  const rows = rowsOf(page(threeCopies), 'copies');
  expect(rows.map((row) => /yes: current|yes: one of the |no: it is retired/.exec(row)?.[0])).toEqual([
    'yes: current',
    'yes: one of the ',
    'no: it is retired',
  ]);
  expect(rows[0]).toContain('made 9 min ago');
});

test('differences are kept as evidence: of a copy, and of the one that was given up last', () => {
  const differences = [{ what: 'iterations', expected: '4', found: '3' }];
  const lastLacking = [{ what: 'images', expected: '90', found: '12' }];
  const record = aRecordInSync({ generations: [aGeneration({ differences })], lastLacking });
  const tables = elements(sectionOf(page(record), 'evidence'), 'tbody').map((body) => textOf(`<body>${body}`));
  expect(tables).toEqual(['iterations 4 3', 'images 90 12']);
  expect(page(threeCopies)).not.toContain('id="evidence"');
});

test('a failure is told with what to do about it', () => {
  const failure = aRecordFailure({
    code: 'NO_KEY',
    message: 'The key was refused.',
    hint: 'Set another.',
    needsPerson: true,
  });
  const text = textOf(`<body>${sectionOf(page(aRecordInSync({ failure })), 'attention')}`);
  expect(text).toContain('Critical NO_KEY Cats');
  expect(text).toContain('The key was refused. What to do: Set another.');
  expect(page(threeCopies)).not.toContain('id="attention"');
});

describe('the copy in the making', () => {
  const current = (record: ReplicaRecord) =>
    textOf(`<body>${element(sectionOf(page(record), 'run'), 'li', 'aria-current="step"')}`);
  const wordsOf = (record: ReplicaRecord, seconds = 600) =>
    textOf(`<body>${sectionOf(page(record, { now: after(seconds) }), 'run')}`);

  test.each([
    ['looking for import', aRun()],
    ['importing', runAfter('answered')],
    ['verifying', runAfter('marked')],
    ['switching', runAfter('named')],
    ['discarding', runAfter('imported', { discard: aDiscard() })],
  ])('is shown at %s', (stage, run) => {
    expect(current(aRecord({ run }))).toBe(stage);
  });

  test('tells how long its import takes and was thought to take, and when that is too long', () => {
    const importing = (estimatedImportInSeconds: number | null) => {
      const run = runAfter('answered');
      return aRecord({ run: { ...run, intent: run.intent && { ...run.intent, estimatedImportInSeconds } } });
    };
    expect(wordsOf(importing(null))).toContain('Its import was asked for 10 min ago.');
    expect(wordsOf(importing(300))).toContain('asked for 10 min ago, and was estimated to take 5 min.');
    expect(wordsOf(importing(300))).not.toContain('beyond');
    expect(wordsOf(importing(190), 3_600)).not.toContain('beyond');
    expect(wordsOf(importing(190), 3_601)).toContain('far beyond the estimate');
  });

  test('tells why it is given up, and when it is looked at again', () => {
    const wake = { id: 'w', dueAt: timeAfter(720) };
    const words = wordsOf(aRecord({ run: runAfter('imported', { discard: aDiscard() }), wake }));
    expect(words).toContain('It is given up (IMPORT_FAILED): Custom Vision ended the import as Failed.');
    expect(words).toContain('It is looked at again in 2 min.');
  });

  test('has no place where there is none', () => {
    expect(page(threeCopies)).not.toContain('id="run"');
  });
});

test('the timeline is in order, what is to come above what was', () => {
  const failure = aRecordFailure({ since: timeAfter(300), nextAttemptAt: timeAfter(900) });
  const html = sectionOf(page(aRecordInSync({ failure, wake: { id: 'w', dueAt: timeAfter(900) } })), 'timeline');
  const moments = elements(html, 'li').map((moment) => textOf(`<body>${moment}`));
  expect(moments.map((moment) => moment.slice('2026-03-01 '.length))).toEqual([
    '12:15:00 UTC the next try',
    '12:05:00 UTC TIMED_OUT for the first time',
    '12:01:02 UTC Cats was last verified',
    '12:01:00 UTC Cats was imported',
    '12:00:00 UTC the last look at the source',
  ]);
  expect(elements(html, 'li').map((moment) => moment.includes('to-come'))).toEqual([true, false, false, false, false]);
});

test('a project of which next to nothing is known has a page too', () => {
  const text = textOf(page(aRecord()));
  expect(text).toContain('Cats △ behind not ready to fail over');
  expect(text).toContain('Last look never Revision not known Trained iterations not known Published not known');
  expect(text).toContain('Nothing has happened yet.');
});

test('every page is sound: markup, headings, nothing that is not there, no way to run anything', () => {
  const records = [...badNightRecords(), threeCopies, aRecord(), aRecord({ run: aRun() })];
  for (const html of records.map((record) => page(record))) {
    expect(misfits(html)).toEqual([]);
    expect(danglingIds(html)).toEqual([]);
    expect(elements(html, 'h1')).toHaveLength(1);
    expect(textOf(html)).not.toMatch(/\b(null|undefined|NaN|Invalid|Infinity)\b|\[object/);
    expect(withoutScript(html)).not.toMatch(/<script|\son\w+=|\sstyle=|(?:src|href)="(?!data:|\.\.\/status|#|[0-9a-f-]{36}\/history)/);
  }
});

test('names of all kinds are text and nothing else', () => {
  const name = `<b onclick='x'>"&`;
  const generation = aGeneration({
    name,
    published: [{ iterationId: guid(9), publishName: name }],
    differences: [{ what: name, expected: name, found: name }],
  });
  const html = page({
    ...aRecordInSync({ generations: [generation], failure: aRecordFailure({ code: name, message: name }) }),
    name,
  });
  expect(html).not.toContain('<b onclick');
  expect(misfits(html)).toEqual([]);
  expect(textOf(html).split(name).length).toBeGreaterThan(6);
});

test('there is a way back to all projects, where it can be followed', () => {
  expect(page(aRecord())).toContain('href="../status"');
  expect(page(aRecord(), { isLinked: false })).not.toContain('../status');
});
