import { historyOfRecord } from '../../../src/core/history/record-history.ts';
import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import {
  aDiscard,
  aGeneration,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aRun,
  RUN_ID,
  runAfter,
  SOURCE_ID,
  START,
} from '../../support/builders.ts';

const LOST = [{ what: 'images', expected: '120', found: '3' }];
const IN_SYNC = aRecordInSync();
const [COPY = aGeneration()] = IN_SYNC.generations;
const PARKED = aRecordFailure({ code: 'DIVERGED', needsPerson: true });

function told(before: ReplicaRecord | null, after: ReplicaRecord, note: { endCode?: string; retired?: string } = {}) {
  return historyOfRecord(before, after, { at: START, endCode: 'NOT_NEEDED', retired: null, ...note });
}

/** Event and reason of each entry. */
function events(...args: Parameters<typeof told>): string[] {
  return told(...args).map(({ event, reason }) => (reason === null ? event : `${event} ${reason}`));
}

describe('the history of a project', () => {
  it.each<[what: string, told: string[], before: ReplicaRecord | null, after: ReplicaRecord, note?: object]>([
    ['nothing new', [], IN_SYNC, { ...IN_SYNC, inSyncAt: START.toISOString() }],
    ['an import is about to be asked for', ['import.begun'], IN_SYNC, { ...IN_SYNC, run: aRun() }],
    ['the import goes on', [], { ...IN_SYNC, run: aRun() }, { ...IN_SYNC, run: runAfter('imported') }],
    [
      'the import was refused, and is asked for again',
      ['import.begun'],
      { ...IN_SYNC, run: aRun({ intent: null }) },
      { ...IN_SYNC, run: aRun() },
    ],
    [
      'a run ends without a copy',
      ['run.ended IMPORT_FAILED'],
      { ...IN_SYNC, run: aRun() },
      IN_SYNC,
      { endCode: 'IMPORT_FAILED' },
    ],
    [
      'a new copy comes into use',
      ['copy.protected', 'run.ended PROTECTED'],
      aRecord({ run: aRun() }),
      { ...IN_SYNC, current: RUN_ID, generations: [aGeneration({ runId: RUN_ID })] },
      { endCode: 'PROTECTED' },
    ],
    ['a copy that was there comes into use', ['copy.promoted'], { ...IN_SYNC, current: null }, IN_SYNC],
    [
      'a copy is pinned',
      ['copy.pinned'],
      IN_SYNC,
      { ...IN_SYNC, generations: [{ ...COPY, pinned: { at: START.toISOString(), lost: LOST } }] },
    ],
    [
      'a copy is retired',
      ['copy.retired newer copies are kept'],
      { ...IN_SYNC, generations: [COPY, aGeneration({ runId: 'older' })] },
      IN_SYNC,
      { retired: 'newer copies are kept' },
    ],
    [
      'a copy is found to be gone',
      ['copy.lost'],
      { ...IN_SYNC, generations: [COPY, aGeneration({ runId: 'older' })] },
      IN_SYNC,
    ],
    [
      'a name moves to another iteration',
      ['publication.changed', 'publication.changed'],
      { ...IN_SYNC, generations: [{ ...COPY, published: [{ iterationId: 'a', publishName: 'prod' }] }] },
      { ...IN_SYNC, generations: [{ ...COPY, published: [{ iterationId: 'b', publishName: 'prod' }] }] },
    ],
    ['a person is needed', ['project.parked DIVERGED'], IN_SYNC, { ...IN_SYNC, failure: PARKED }],
    ['it fails and heals by itself', [], IN_SYNC, { ...IN_SYNC, failure: aRecordFailure({ needsPerson: false }) }],
    [
      'the person is still needed',
      [],
      { ...IN_SYNC, failure: PARKED },
      { ...IN_SYNC, failure: { ...PARKED, attempts: 9 } },
    ],
    ['the person is no longer needed', ['project.unparked DIVERGED'], { ...IN_SYNC, failure: PARKED }, IN_SYNC],
    [
      'the person is needed for something else',
      ['project.unparked DIVERGED', 'project.parked AUTH'],
      { ...IN_SYNC, failure: PARKED },
      { ...IN_SYNC, failure: { ...PARKED, code: 'AUTH' } },
    ],
  ])('when %s tells %j', (_what, expected, before, after, note = {}) => {
    expect(events(before, after, note)).toEqual(expected);
  });

  it('names the project, the run and what shows it', () => {
    const run = aRun({ discard: aDiscard({ code: 'IMPORT_INCOMPLETE', message: 'It lacks images.', lacking: LOST }) });
    const [entry] = told({ ...IN_SYNC, run }, IN_SYNC, { endCode: 'IMPORT_INCOMPLETE' });
    expect(entry).toEqual({
      schemaVersion: 1,
      id: `${SOURCE_ID}:run.ended:${RUN_ID}`,
      at: START.toISOString(),
      event: 'run.ended',
      projectId: SOURCE_ID,
      projectName: IN_SYNC.name,
      runId: RUN_ID,
      by: 'app',
      reason: 'IMPORT_INCOMPLETE',
      evidence: { replicaProjectId: run.replicaProjectId, message: 'It lacks images.', lacking: 'images: 120 → 3' },
    });
  });

  it('gives each entry an id of its own', () => {
    const published = [
      { iterationId: 'a', publishName: 'prod' },
      { iterationId: 'b', publishName: 'test' },
    ];
    const run = aRun();
    const before = { ...IN_SYNC, run, generations: [{ ...COPY, published }, aGeneration({ runId: 'older' })] };
    const after = { ...IN_SYNC, run: { ...run, published }, failure: PARKED };
    const ids = told(before, after).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(3);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
