import type { ReplicaRecord } from '../../../src/core/facts/record.ts';
import { currentGeneration, newRecord, recordSchema } from '../../../src/core/facts/record.ts';
import type { RunMilestone } from '../../support/builders.ts';
import {
  aDiscard,
  aGeneration,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  guid,
  runAfter,
  SOURCE_ID,
  timeAfter,
} from '../../support/builders.ts';

const milestones: readonly RunMilestone[] = [
  'asked',
  'answered',
  'imported',
  'marked',
  'unlinked',
  'verified',
  'names-intended',
  'named',
];

describe('a record comes back from storage as it was written', () => {
  const cases: readonly [what: string, record: ReplicaRecord][] = [
    ['when it is new', newRecord(SOURCE_ID, 'Cats')],
    ['with a current copy', aRecordInSync()],
    ['with a copy that never passed', aRecord({ generations: [aGeneration({ verifiedAt: null })] })],
    ['with what a copy lacked', aRecord({ lastLacking: [{ what: 'images', expected: '3', found: '2' }] })],
    [
      'with publications',
      aRecordInSync({ generations: [aGeneration({ published: [{ iterationId: guid(8), publishName: 'p' }] })] }),
    ],
    ['with a failure and a wake', aRecord({ failure: aRecordFailure(), wake: { id: 'w', dueAt: timeAfter(9) } })],
    ['with a copy that was given up', aRecord({ run: runAfter('marked', { discard: aDiscard() }) })],
    ['with a run that was refused', aRecord({ run: runAfter('asked', { intent: null }) })],
    ...milestones.map((milestone): [string, ReplicaRecord] => [
      `with a run that is ${milestone}`,
      aRecordInSync({ run: runAfter(milestone) }),
    ]),
  ];

  test.each(cases)('%s', (_what, record) => {
    expect(recordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });
});

describe('a record is refused', () => {
  test.each([
    ['of a later version', { ...aRecord(), schemaVersion: 4 }],
    ['of no version', { ...aRecord(), schemaVersion: undefined }],
    ['of a project that is no GUID', { ...aRecord(), sourceProjectId: 'cats' }],
    ['with a time that is none', { ...aRecord(), inSyncAt: 'yesterday' }],
    ['with a fact left out', { ...aRecord(), generations: undefined }],
    [
      'with a copy that was never published or not',
      { ...aRecordInSync(), generations: [{ ...aGeneration(), published: undefined }] },
    ],
    ['that is none', 'a record'],
    ['that is a list', [aRecord()]],
  ])('%s', (_what, stored) => {
    expect(recordSchema.safeParse(stored).success).toBe(false);
  });
});

describe('the current copy', () => {
  const older = aGeneration({ runId: 'run-1', replicaProjectId: guid(50) });

  test('is the one of the run that routing names, not the newest', () => {
    const record = aRecordInSync({ generations: [older, aGeneration()], current: 'run-1' });
    expect(currentGeneration(record)).toBe(older);
  });

  test('is none in a record that is new', () => {
    expect(currentGeneration(aRecord())).toBeNull();
  });

  test('is none where the copy that routing names is not there', () => {
    expect(currentGeneration(aRecordInSync({ generations: [older] }))).toBeNull();
  });
});
