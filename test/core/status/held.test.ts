import type { Decision } from '../../../src/core/facts/decision.ts';
import type { SweepState } from '../../../src/core/facts/sweep-state.ts';
import { oneResource, otherCopies } from '../../../src/core/plan/blockers.ts';
import type { ReportInput } from '../../../src/core/status/status-facts.ts';
import { waitsFor } from '../../../src/core/status/waiting.ts';
import {
  aGeneration,
  after,
  aRecordInSync,
  aSnapshot,
  aSweepState,
  SOURCE_ID,
  timeAfter,
} from '../../support/builders.ts';
import { aSpare } from '../../support/planning.ts';
import { aStatusReport, behind, OBJECTIVE } from '../../support/reports.ts';

const lost = [
  { what: 'images', expected: '120', found: '0' },
  { what: 'tags', expected: '3', found: '1' },
];
const older = aSpare(1, { pinned: { at: timeAfter(10), lost } });
const shrunk = aRecordInSync({ generations: [older, aGeneration()] });
const frozen: Decision = {
  schemaVersion: 1,
  active: 'primary',
  frozen: true,
  replicaProjectId: null,
  releasedAt: null,
  since: timeAfter(20),
  by: 'Ada',
  reason: 'the wipe was a mistake',
};
const released: Decision = { ...frozen, frozen: false, releasedAt: timeAfter(30) };
const deciding = (decision: Decision) => new Map([[SOURCE_ID, decision]]);

function told(changes: Partial<ReportInput>) {
  return aStatusReport(changes).attention.map(({ level, code, healsByItself }) => [level, code, healsByItself]);
}

describe('a copy that is pinned', () => {
  test('is counted, and told with what was lost and the two calls that end it', () => {
    const report = aStatusReport({ records: [shrunk] });
    const pinned = { projectId: older.replicaProjectId, name: older.name, since: timeAfter(10), lost, inUse: false };
    expect(report.projects[0]).toMatchObject({ pinned: 1, pinnedCopies: [pinned], frozen: null });
    expect(report.attention).toMatchObject([
      { level: 'critical', code: 'CONTENT_SHRANK', projectId: SOURCE_ID, since: timeAfter(10), healsByItself: false },
    ]);
    const [{ message, hint } = { message: '', hint: '' }] = report.attention;
    expect(message).toContain('0 of 120 images, 1 of 3 tags');
    expect(message).toContain(older.name);
    expect(hint).toContain(`POST /api/projects/${SOURCE_ID}/release`);
    expect(hint).toContain(`POST /api/replicas/${older.replicaProjectId}/restore`);
  });

  test('is told beside what else is the matter with the project', () => {
    const records = [{ ...behind, generations: shrunk.generations }];
    expect(told({ records, now: after(3_600 + OBJECTIVE + 1) })).toEqual([
      ['critical', 'CONTENT_SHRANK', false],
      ['critical', 'OBJECTIVE_BREACHED', true],
    ]);
  });

  test('is told where its source is gone altogether', () => {
    const sweep = aSweepState({ projects: [], missing: { [SOURCE_ID]: timeAfter(0) } });
    expect(told({ records: [shrunk], sweep }).map(([, code]) => code)).toEqual(['CONTENT_SHRANK', 'SOURCE_MISSING']);
  });

  test('is none any more once a person released it', () => {
    const report = aStatusReport({ records: [shrunk], decisions: deciding(released) });
    expect(report.attention).toEqual([]);
    expect(report.projects[0]).toMatchObject({ pinned: 0, pinnedCopies: [] });
  });

  test('stays one where it was pinned after the last release', () => {
    const decisions = deciding({ ...released, releasedAt: timeAfter(9) });
    expect(told({ records: [shrunk], decisions })).toEqual([['critical', 'CONTENT_SHRANK', false]]);
  });

  test('is no loss that nobody has seen to while it is itself in use', () => {
    const restored = { ...shrunk, current: older.runId };
    const report = aStatusReport({ records: [restored], decisions: deciding(frozen) });
    expect(report.projects[0]).toMatchObject({ pinned: 1, pinnedCopies: [{ inUse: true }] });
    expect(report.attention.map(({ code }) => code)).toEqual(['PROJECT_FROZEN']);
  });
});

describe('a project that is frozen', () => {
  const decisions = deciding(frozen);

  test('is told as a notice, with who, why, since when, and how it ends', () => {
    const report = aStatusReport({ decisions });
    expect(report.projects[0]?.frozen).toEqual({
      ...{ since: timeAfter(20), by: 'Ada', reason: 'the wipe was a mistake', heldBack: null },
    });
    expect(report.attention).toMatchObject([
      { level: 'notice', code: 'PROJECT_FROZEN', since: timeAfter(20), healsByItself: false },
    ]);
    expect(report.attention[0]?.message).toMatch(/^Ada froze it.*the wipe was a mistake/);
    expect(report.attention[0]?.hint).toContain(`POST /api/projects/${SOURCE_ID}/release`);
  });

  const renamed = aRecordInSync({ source: aSnapshot({ name: 'Felines' }) });
  const published = aRecordInSync({ source: aSnapshot({ publications: [{ iteration: 'i', publishName: 'new' }] }) });
  const { runId } = older;
  test.each([
    ['content', behind, decisions, 'what the primary holds now is not copied'],
    ['a name', renamed, decisions, 'name, description and publications do not follow the primary'],
    ['a publication', published, decisions, 'name, description and publications do not follow the primary'],
    [
      'the very copy that was asked for',
      aRecordInSync({ generations: [older, aGeneration()] }),
      deciding({ ...frozen, replicaProjectId: older.replicaProjectId }),
      'the copy that was restored is not in use yet',
    ],
    [
      'nothing, where the copy that was asked for is in use',
      { ...aRecordInSync({ generations: [older, aGeneration()] }), current: runId },
      deciding({ ...frozen, replicaProjectId: older.replicaProjectId }),
      null,
    ],
  ])('says that it holds back %s', (_what, record, decided, heldBack) => {
    const [row] = aStatusReport({ records: [record], decisions: decided }).projects;
    expect(row?.frozen?.heldBack).toBe(heldBack);
  });

  test('waits for a person where the source has gone on', () => {
    const [row] = aStatusReport({ records: [behind], decisions, now: after(3_660) }).projects;
    expect(waitsFor(row!, null)).toEqual({ for: 'a-person' });
  });

  test('breaches the objective all the same, and what ends that is to release it', () => {
    const report = aStatusReport({ records: [behind], decisions, now: after(3_600 + OBJECTIVE + 1) });
    expect(report.attention.map(({ code }) => code)).toEqual(['OBJECTIVE_BREACHED', 'PROJECT_FROZEN']);
    expect(report.attention[0]?.hint).toContain(`POST /api/projects/${SOURCE_ID}/release`);
    expect(report.attention[0]?.healsByItself).toBe(false);
  });

  test('is not promised that a name is published at the next look', () => {
    const report = aStatusReport({ records: [published], decisions });
    expect(report.attention.map(({ code, healsByItself }) => [code, healsByItself])).toEqual([
      ['NOT_READY', false],
      ['PROJECT_FROZEN', false],
    ]);
    expect(report.attention[0]?.hint).toContain('/release');
  });

  test('is not frozen any more once it was released', () => {
    const report = aStatusReport({ decisions: deciding(released) });
    expect(report.projects[0]?.frozen).toBeNull();
    expect(report.attention).toEqual([]);
  });
});

describe('a secondary that is not one to make copies on', () => {
  const brakeOf = (brake: Partial<NonNullable<SweepState['brake']>>): Partial<ReportInput> => ({
    sweep: aSweepState({
      brake: { kind: 'one-resource', since: timeAfter(0), accepted: 0, missing: 0, confirmedAt: null, ...brake },
      problem: 'as above',
    }),
  });

  test.each([
    ['one-resource' as const, oneResource()],
    ['other-copies' as const, otherCopies()],
  ])('is told once, in the words in which each project tells it: %s', (kind, { code, message, hint }) => {
    const { attention, sweep } = aStatusReport(brakeOf({ kind }));
    expect(sweep.brake?.kind).toBe(kind);
    expect(attention).toMatchObject([
      { level: 'critical', about: 'secondary', code, message, hint, since: timeAfter(0), healsByItself: false },
    ]);
  });

  test('goes on to be told as a notice where a person said that it is meant so', () => {
    const confirmed = brakeOf({ kind: 'other-copies', confirmedAt: timeAfter(1) });
    expect(told(confirmed)).toEqual([['notice', 'OTHER_COPIES', true]]);
  });
});

test('other installations on the same secondary are named, with how many projects are theirs', () => {
  const sweep = aSweepState({ otherInstallations: { ab12cd34: 3 } });
  const report = aStatusReport({ sweep, installationId: SOURCE_ID });
  expect(report.installation).toEqual({ id: SOURCE_ID, others: [{ id: 'ab12cd34', projects: 3 }] });
  expect(report.attention).toMatchObject([{ level: 'warning', code: 'OTHER_INSTALLATION', about: 'secondary' }]);
  expect(report.attention[0]?.message).toMatch(/ab12cd34.*: 3 of the projects/);
});
