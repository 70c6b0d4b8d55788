import { importBeganAt, runInProgress, stageOf } from '../../../src/core/facts/run-stage.ts';
import type { RunMilestone } from '../../support/builders.ts';
import { aDiscard, aRecord, aRun, runAfter, timeAfter } from '../../support/builders.ts';

describe('a run is shown to be', () => {
  test.each<[stage: string, milestone: RunMilestone]>([
    ['looking-for-import', 'asked'],
    ['importing', 'answered'],
    ['marking', 'imported'],
    ['verifying', 'marked'],
    ['verifying', 'unlinked'],
    ['naming', 'verified'],
    ['naming', 'names-intended'],
    ['switching', 'named'],
  ])('%s once it is %s', (stage, milestone) => {
    expect(stageOf(runAfter(milestone))).toBe(stage);
  });

  test('discarding once it is given up, however far it came', () => {
    expect(stageOf(runAfter('named', { discard: aDiscard() }))).toBe('discarding');
  });
});

describe('a copy is being made', () => {
  const run = runAfter('answered');
  const refused = { ...run, intent: null, replicaProjectId: null };

  test('from the moment before its import is asked for', () => {
    expect(runInProgress(aRecord({ run: aRun() }))).not.toBeNull();
    expect(runInProgress(aRecord({ run }))).toBe(run);
  });

  test('until it is gone where it is given up', () => {
    const discarded = { ...refused, discard: aDiscard() };
    expect(runInProgress(aRecord({ run: discarded }))).toBe(discarded);
  });

  test('but not while the service has refused its import for certain, or where nobody asked', () => {
    expect(runInProgress(aRecord({ run: refused }))).toBeNull();
    expect(runInProgress(aRecord())).toBeNull();
    expect(runInProgress(null)).toBeNull();
  });

  test('since its import was asked for, or where that is not known, since it was begun', () => {
    const begun = { ...run, startedAt: timeAfter(-100) };
    expect(importBeganAt(begun)).toBe(run.intent?.requestedAt);
    expect(importBeganAt({ ...begun, intent: null })).toBe(timeAfter(-100));
  });
});
