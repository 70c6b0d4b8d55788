import { contentsOf } from '../../src/core/content/contents.ts';
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
  anObservation,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aRun,
  guid,
  REPLICA_ID,
  runAfter,
  timeAfter,
  aPolicy,
} from '../support/builders.ts';
import { aStatusReport } from '../support/reports.ts';
import { badNightRecords } from './a-bad-night.ts';
import { historyEntry } from '../../src/core/facts/history.ts';
import { aBackup, aCatalogue, LONG_PAST } from './a-project.ts';
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

describe('a copy that somebody changed', () => {
  const contents = contentsOf(anObservation({ imageCount: 5 }), null);
  const record = aRecordInSync({
    failure: aRecordFailure({ class: 'diverged', code: 'REPLICA_CHANGED', needsPerson: true, nextAttemptAt: null }),
    copyFound: { at: timeAfter(500), replicaProjectId: REPLICA_ID, revision: 'r1-now', digest: null, contents },
  });

  it('is shown beside what was copied and what the source is, and its fingerprints are folded away', () => {
    const section = sectionOf(page(record), 'changed');
    expect(textOf(`<body>${element(section, 'ul')}`)).toBe('images 3 → 5');
    const rows = elements(element(section, 'tbody'), 'tr').map((row) => textOf(`<body>${row}`));
    expect(rows).toContain('images 3 3 5');
    expect(element(section, 'details')).toContain('r1-now');
    expect(section.replace(element(section, 'details'), '')).not.toContain('r1-');
  });

  it('is not spoken of elsewhere', () => {
    expect(page(aRecordInSync())).not.toContain('What somebody changed');
  });
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
    expect(withoutScript(html)).not.toMatch(
      /<script|\son\w+=|\sstyle=|(?:src|href)="(?!data:|\.\.\/status|#|[0-9a-f-]{36}\/history)/,
    );
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

describe('backups', () => {
  const rows = (catalogue: Catalogue) => rowsOf(page(aRecord(), { catalogue }), 'backups');

  test('each tells what it is of, whether it is in order, how large, its hash, and where it lies; the newest first', () => {
    const gone = aBackup({ state: 'missing', platform: 'TensorFlow', flavor: 'TensorFlowLite', sizeInBytes: 912 });
    const [newest, oldest] = rows(aCatalogue(aBackup(), gone));
    expect(newest).toMatch(/^Iteration 4 TensorFlow, TensorFlowLite ?kept 1 d ago gone 912 B /);
    expect(oldest).toMatch(/^Iteration 4 ONNX ?kept 1 d ago in order 5\.4 MB 9f86d0819f86… 2 h ago .*onnx\.zip$/);
    expect(page(aRecord(), { catalogue: aCatalogue(aBackup()) })).toContain(`title="${aBackup().sha256}"`);
  });

  test('say what can’t be backed up, and what failed', () => {
    const failed = {
      ...{ iterationId: null, iterationName: 'Iteration 2', platform: 'ONNX', flavor: null, class: 'transient' },
      ...{ code: 'EXPORT_FAILED', message: 'It failed.', hint: 'It is tried again.', attempts: 1 },
      ...{ since: timeAfter(300), lastAt: timeAfter(300), nextAttemptAt: timeAfter(720) },
    };
    const text = textOf(
      `<body>${sectionOf(page(aRecord(), { catalogue: { ...aCatalogue(), failures: [failed] } }), 'backups')}`,
    );
    expect(text).toContain('There is none.');
    expect(text).toContain('The service can’t export Iteration 3');
    expect(text).toContain(
      'Iteration 2, ONNX: EXPORT_FAILED It failed. It is tried again. Since 5 min ago. Next try: in 2 min.',
    );
  });

  test('that nobody has looked for are not said to be none', () => {
    expect(textOf(page(aRecord()))).toContain('None was looked for.');
  });
});

describe('the history', () => {
  const wordsOf = (past: Past, isLinked = true) =>
    textOf(`<body>${sectionOf(page(aRecord(), { past, isLinked }), 'history')}`);

  test('tells the newest first who did what and why, with what shows it, retired copies too', () => {
    const entries = elements(sectionOf(page(aRecord(), { past: LONG_PAST }), 'history'), 'li').map((entry) =>
      textOf(`<body>${entry}`),
    );
    expect(entries).toHaveLength(6);
    expect(entries[1]).toContain('Clients were sent to the copy, by ada@example.com: The region is down.');
    expect(entries[2]).toContain('A copy was retired: GENERATIONS_TO_KEEP');
    expect(entries[2]).toContain('name Dish recognition [replica 4be1]');
    expect(entries[5]).toMatch(/A copy was begun ?revision r1-81af14c1…/);
    expect(wordsOf(LONG_PAST)).toContain('damaged, and not shown: 1.');
  });

  test('an event of another version is told by its own name', () => {
    const entries = [historyEntry({ id: 'x', at: timeAfter(0), event: 'copy.sold', evidence: {} })];
    expect(wordsOf({ entries, unreadable: 0 })).toContain('copy.sold');
  });

  test('of many entries the last hundred are shown, and a link leads to all', () => {
    const entries = Array.from({ length: 230 }, (_, number) =>
      historyEntry({ id: `${number}`, at: timeAfter(number), event: 'import.begun', evidence: { number } }),
    );
    const past = { entries, unreadable: 0 };
    expect(wordsOf(past)).toContain('The last 100 of 230 entries. All of it, as JSON');
    expect(wordsOf(past)).toContain('number 229');
    expect(wordsOf(past)).not.toContain('number 129 ');
    expect(wordsOf(past, false)).not.toContain('as JSON');
  });

  test('that can’t be read says so, on a page that stands', () => {
    expect(wordsOf({ failure: 'Storage did not answer.' })).toBe(
      'History It can’t be read now: Storage did not answer.',
    );
  });
});
