import { isProtected, newsOf, statusSchema, summaryOf, tableOf, type Status } from '../../../src/local/start/status.ts';

type Project = Status['projects'][number];

function project(changes: Partial<Project> = {}): Project {
  return {
    id: '1',
    name: 'Weld seams',
    sync: 'in-sync',
    lagSeconds: 0,
    replica: {
      projectId: '2f1c9a70-0000-4000-8000-000000000000',
      name: 'Weld seams',
      verifiedAt: '2026-01-01T00:00:00Z',
      publishedAs: ['live'],
    },
    readiness: { state: 'ready', reasons: [] },
    generations: 1,
    failure: null,
    ...changes,
  };
}

const status = (projects: Project[], problem: string | null = null): Status => ({ sweep: { problem }, projects });
const replica = project().replica!;
const unprotected = project({
  sync: 'behind',
  lagSeconds: null,
  replica: null,
  readiness: { state: 'not-ready', reasons: ['there is no verified copy yet'] },
  generations: 0,
});
const failing = (id: string, name: string, code = 'NETWORK') =>
  project({ id, name, sync: 'behind', failure: { code, message: 'It failed.', hint: 'Check it.' } });

test.each<[string, Partial<Project>, boolean]>([
  ['in sync, verified and ready', {}, true],
  ['behind', { sync: 'behind' }, false],
  ['without a copy', { replica: null }, false],
  ['with a copy that is not verified', { replica: { ...replica, verifiedAt: null } }, false],
  ['not ready', { readiness: { state: 'not-ready', reasons: ['not yet published'] } }, false],
])('whether a project that is %s counts as protected', (_what, changes, expected) => {
  expect(isProtected(project(changes))).toBe(expected);
});

describe('the news of the demo', () => {
  test.each<[string, Status | null, Status, string[]]>([
    ['no copy yet', null, status([unprotected]), []],
    [
      'the first copy',
      status([unprotected]),
      status([project({ sync: 'behind' })]),
      ['Weld seams: protected by a verified copy, published as live'],
    ],
    [
      'the last of the first copies',
      null,
      status([project({ replica: { ...replica, publishedAs: [] } })]),
      ['Weld seams: protected by a verified copy', 'all 1 projects are protected'],
    ],
    ['nothing new', status([project()]), status([project()]), []],
    [
      'a newer copy',
      status([project()]),
      status([project({ replica: { ...replica, projectId: '3' } })]),
      ['Weld seams: copied again, published as live'],
    ],
    [
      'a new name',
      status([project()]),
      status([project({ name: 'Welds', replica: { ...replica, name: 'Welds' } })]),
      ['Welds: the copy has its new name too'],
    ],
    [
      'another publication',
      status([project()]),
      status([project({ replica: { ...replica, publishedAs: ['canary', 'live'] } })]),
      ['Weld seams: the copy is published as canary, live too'],
    ],
    [
      'the end of a publication',
      status([project()]),
      status([project({ replica: { ...replica, publishedAs: [] } })]),
      ['Weld seams: the copy is no longer published too'],
    ],
    ['a sweep that fails', status([project()]), status([project()], 'It is away.'), ['sweep: It is away.']],
    ['a sweep that fails still', status([], 'It is away.'), status([], 'It is away.'), []],
    ['a sweep that goes well', status([], 'It is away.'), status([]), ['sweep: goes well again']],
    [
      'one project that fails',
      status([project({ sync: 'behind' })]),
      status([failing('1', 'Weld seams')]),
      ['Weld seams: Check it. (NETWORK)'],
    ],
    ['one that fails still', status([failing('1', 'a')]), status([failing('1', 'a')]), []],
    [
      'several that fail, by reason',
      status(['1', '2', '3', '4'].map((id) => project({ id, sync: 'behind' }))),
      status([failing('1', 'a'), failing('2', 'b', 'OTHER'), failing('3', 'c'), failing('4', 'd')]),
      ['3 projects: Check it. (NETWORK)', 'b: Check it. (OTHER)'],
    ],
  ])('tell of %s', (_what, before, now, news) => {
    expect(newsOf(before, now)).toEqual(news);
  });
});

describe('the result of the demo', () => {
  const result = status([project(), { ...unprotected, name: 'Straßen – Köln' }, failing('3', 'Sandbox')]);

  test('is a table with a line for each project, and why some are not protected', () => {
    const lines = tableOf(result).split('\n');
    const cells = lines
      .filter((line) => line.startsWith('│'))
      .map((line) => line.split('│').map((cell) => cell.trim()))
      .map((line) => line.slice(1, -1));
    expect(cells).toEqual([
      ['project', 'sync', 'lag', 'copy', 'published as', 'generations'],
      ['Weld seams', 'in-sync', '0 s', '2f1c9a70, verified', 'live', '1'],
      ['Straßen – Köln', 'behind', '–', 'none', '', '0'],
      ['Sandbox', 'behind', '0 s', '2f1c9a70, verified', 'live', '1'],
    ]);
    expect(lines.slice(-2)).toEqual(['Straßen – Köln: there is no verified copy yet', 'Sandbox: Check it. (NETWORK)']);
  });

  test('says how many are protected', () => {
    expect(summaryOf(result)).toBe('1 of 3 projects protected');
  });
});

test('a status without what the demo reads is refused', () => {
  expect(() => statusSchema.parse({ projects: [{}] })).toThrow();
});
