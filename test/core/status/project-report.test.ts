import type { Listing } from '../../../src/core/status/project-report.ts';
import { projectReport, projectStory } from '../../../src/core/status/project-report.ts';
import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import {
  after,
  aGeneration,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aRun,
  aSnapshot,
  guid,
  REPLICA_ID,
  runAfter,
  SOURCE_ID,
  timeAfter,
  aPolicy,
} from '../../support/builders.ts';
import { aSpare, PRODUCTION } from '../../support/planning.ts';

const listing: Listing = { id: SOURCE_ID, name: 'Cats', since: timeAfter(-99), excluded: false, missingSince: null };

const SERVING = { publishes: true, predictionEndpoint: 'https://dr.example' };

function report(record: ReplicaRecord | null) {
  return projectReport(listing, record, SERVING, after(100));
}

const withCurrent = (changes: Partial<Generation>) => aRecordInSync({ generations: [aGeneration(changes)] });

describe('a row of status', () => {
  test('names the current copy', () => {
    expect(report(aRecordInSync())).toMatchObject({
      observedAt: timeAfter(0),
      revision: aSnapshot().revision,
      replica: { projectId: REPLICA_ID, name: 'Cats', revision: aSnapshot().revision, verifiedAt: timeAfter(62) },
      generations: 1,
    });
  });

  test('tells the revision that was seen from the one that was copied', () => {
    const behind = aRecordInSync({ source: aSnapshot({ revision: 'r1-newer', observedAt: timeAfter(3_600) }) });
    const { revision, replica } = report(behind);
    expect([revision, replica?.revision]).toEqual(['r1-newer', aSnapshot().revision]);
  });

  test('says since when a copy is being made: since its import was asked for', () => {
    const run = runAfter('answered', { startedAt: timeAfter(-100) });
    expect(report(aRecord({ run })).inFlight).toEqual({
      stage: 'importing',
      since: timeAfter(0),
      estimateSeconds: run.intent?.estimatedImportInSeconds,
    });
  });

  test('shows nothing in flight where the import was refused', () => {
    expect(report(aRecord({ run: aRun({ intent: null }) }))).toMatchObject({ sync: 'behind', inFlight: null });
  });

  test('says what failed, what to do about it and when it is tried again', () => {
    const failure = aRecordFailure({ attempts: 2 });
    expect(report(aRecord({ failure })).failure).toMatchObject({
      code: failure.code,
      message: failure.message,
      hint: failure.hint,
      needsPerson: false,
      attempts: 2,
      nextAttemptAt: failure.nextAttemptAt,
    });
  });

  test('says how old the proof is, and nothing where there is none', () => {
    expect(report(aRecordInSync()).proofAgeSeconds).toBe(38);
    expect(report(aRecord()).proofAgeSeconds).toBeNull();
  });

  test('says what is not the same on the copy, and what it is published as', () => {
    const differences = [{ what: 'iterations', expected: '2', found: '1' }];
    const published = [PRODUCTION, { iterationId: guid(211), publishName: 'beta' }];
    const { replica } = report(withCurrent({ differences, published }));
    expect(replica).toMatchObject({ differences, publishedAs: ['beta', 'production'] });
  });

  test('names no copy that was never verified', () => {
    const record = aRecord({ generations: [aGeneration({ verifiedAt: null })] });
    expect(report(record)).toMatchObject({ replica: null, generations: 1, sync: 'behind' });
  });

  test('says since when the source is missing', () => {
    const missing = { ...listing, missingSince: timeAfter(-50) };
    const row = projectReport(missing, aRecordInSync(), SERVING, after(0));
    expect(row).toMatchObject({ sync: 'source-missing', missingSince: timeAfter(-50), replica: { name: 'Cats' } });
  });
});

describe('the story of a project', () => {
  const generations = [aSpare(0), aSpare(1), aGeneration()];
  const record = aRecordInSync({ generations });
  const story = projectStory(listing, record, { ...aPolicy(), ...SERVING }, after(100));

  test('is its row of status, and the record that all is from', () => {
    expect(story).toMatchObject({ schemaVersion: 2, ...report(record), record });
  });

  test('has every copy with the reason why it is kept or not', () => {
    expect(story.copies.map(({ runId, kept }) => [runId, kept])).toEqual([
      ['run-0', false],
      ['run-1', true],
      ['run-2', true],
    ]);
    for (const { reason } of story.copies) expect(reason).not.toBe('');
    expect(new Set(story.copies.map(({ reason }) => reason)).size).toBe(3);
  });

  test('is told of a project without a copy too', () => {
    const untold = projectStory(listing, aRecord(), { ...aPolicy(), ...SERVING }, after(0));
    expect(untold).toMatchObject({ copies: [], replica: null, sync: 'behind' });
  });
});
