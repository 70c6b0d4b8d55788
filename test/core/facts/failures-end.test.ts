import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newCatalogue, type BackupFailure } from '../../../src/core/backups/catalogue.ts';
import { withFailures, withoutFailures } from '../../../src/core/backups/catalogue-changes.ts';
import { FAILURE_CLASSES } from '../../../src/core/facts/failure.ts';
import { healedBy, settledRecord } from '../../../src/replicator/settle.ts';
import { aRecordFailure, aRecordInSync, aSnapshot, guid, SOURCE_ID, START, timeAfter } from '../../support/builders.ts';

/**
 * Where a failure of each code is kept, and so who lets go of it:
 *
 * - `project`: in the record, until what failed works again or a look finds the project in order, gone or left out;
 * - `backups`: in the catalogue, until the next look at the exports, or until nobody backs the project up any more;
 * - `nowhere`: it is thrown, answered or told; the message is delivered again, or whoever asked knows.
 *
 * A sweep that ends early keeps whatever it met until the next one that completes, as `sweep/dead-resource.test.ts` holds.
 */
const PLACES = {
  project: [
    ...['NETWORK', 'DEADLINE', 'BAD_ANSWER', 'UNREADABLE_ANSWER', 'BAD_ARGUMENT', 'TOKEN_UNAVAILABLE', 'UNSENDABLE'],
    ...['STORAGE_UNREACHABLE', 'STORAGE_NO_TOKEN', 'INVALID_DELAY', 'WORK_POISONED', 'STALE_LIST'],
    ...['DR_MODE', 'UNREADABLE_COPY', 'NO_FREE_SLOT', 'ONE_RESOURCE', 'OTHER_COPIES', 'TARGET_NOT_LOOKED_AT'],
    ...[
      'SOURCE_NOT_READY',
      'COPY_LACKS_MODELS',
      'PROJECT_FAILED_OVER',
      'REPLICA_CHANGED',
      'CONTENT_KEEPS_CHANGING',
      'CONTENT_INCOMPLETE',
    ],
    ...['IMPORT_FAILED', 'IMPORT_FAILED_AT_LIMIT', 'IMPORT_TIMED_OUT', 'IMPORT_INCOMPLETE', 'IMPORT_INCOMPLETE_AGAIN'],
    ...['IMPORT_LOST', 'IMPORT_GONE', 'TAKEN_OVER', 'NO_INTENT', 'NO_RUN', 'RUN_INCOMPLETE', 'PROJECT_FROZEN'],
    ...['MARK_NOT_KEPT', 'NOT_OURS', 'STEP_UNDONE', 'ROUTING_NOT_IN_LINE', 'SUCCESSOR_NOT_READY', 'COPY_HELD'],
    ...['NOTHING_TO_PUBLISH', 'UNEXPECTED'],
  ],
  backups: [
    ...['EXPORT_UNFINISHED', 'MODEL_EXPORT_FAILED', 'EXPORT_CONTAINER_UNREADABLE', 'SOURCE_BLOB_CHANGED'],
    ...['COPY_INCOMPLETE', 'MODEL_NOT_FOUND', 'MODEL_EMPTY', 'MODEL_TOO_LARGE', 'BACKUP_WORK_POISONED'],
    ...['MODEL_ADDRESS_EXPIRED', 'MODEL_ADDRESS_UNUSABLE', 'BACKUP_MISSING', 'BACKUP_MISMATCH'],
  ],
  nowhere: [
    ...['DOCUMENT_CHANGED', 'DOCUMENT_TOO_LARGE', 'INVALID_DOCUMENT', 'INVALID_PROJECT_ID', 'LEASE_LOST'],
    ...['IMPORT_SUPERSEDED', 'NOT_NEEDED', 'PROTECTED', 'COPY_NOT_READ'],
  ],
} as const;

const SOURCE = join(__dirname, '..', '..', '..', 'src');
/** The rooms in which work is done, and fails. What status says of it is worked out anew each time. */
const ROOMS = [
  'core/facts',
  'core/plan',
  'core/content',
  'core/backups',
  'replicator',
  'backups',
  'customvision',
  'storage',
];

/** Each code that the source writes down, upper-case and with an underscore, or as the code of a failure. */
function codesInSource(): Set<string> {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(SOURCE, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(SOURCE, room, name), 'utf8')),
  );
  const written = /'([A-Z]+(?:_[A-Z]+)+)'|code: '([A-Z]+)'/g;
  return new Set(files.flatMap((text) => [...text.matchAll(written)].flatMap(([, one, other]) => one ?? other ?? [])));
}

test('each code has a place, and so an owner that lets go of it', () => {
  const placed = Object.values(PLACES).flat();
  expect([...codesInSource()].filter((code) => !(placed as string[]).includes(code)).sort()).toEqual([]);
  expect(new Set(placed).size).toBe(placed.length);
});

test('no code has a place that nothing fails with', () => {
  const found = codesInSource();
  // Told by events and in the history alone, or made of a text.
  const others = new Set<string>(['PROTECTED']);
  const placed: string[] = Object.values(PLACES).flat();
  expect(placed.filter((code) => !found.has(code) && !others.has(code))).toEqual([]);
});

describe.each(FAILURE_CLASSES)('what a project failed with, of the class %s,', (failureClass) => {
  const failed = (code: string) =>
    aRecordInSync({ failure: aRecordFailure({ class: failureClass, code, step: 'mark', needsPerson: true }) });

  it.each(['in-sync', 'excluded', 'source-missing'] as const)('is over once a look finds it %s', (as) => {
    for (const code of PLACES.project) {
      const source = as === 'source-missing' ? null : aSnapshot();
      expect(settledRecord(failed(code), { kind: 'settled', as, reason: '', source }).failure).toBeNull();
    }
  });

  it('is over once the same works, save that copies lack content: a complete one shows that', () => {
    for (const code of PLACES.project) {
      expect(healedBy(failed(code), 'mark').failure === null).toBe(failureClass !== 'partial-import');
    }
  });
});

describe('what backups failed with', () => {
  const iterationId = guid(9);
  const failure = (code: string): BackupFailure => ({
    ...{ iterationId, iterationName: 'Iteration 1', platform: null, flavor: null, class: 'transient', code },
    ...{ message: 'm', hint: 'h', attempts: 9, since: timeAfter(0), lastAt: timeAfter(0), nextAttemptAt: null },
  });
  const outlook = { now: START, attempts: 1, nextAttemptAt: null, chasesGivenUp: false };

  it.each(PLACES.backups)('%s is over with the next look that does not meet it, or with the last one', (code) => {
    const catalogue = { ...newCatalogue(SOURCE_ID, 'Flowers'), failures: [failure(code)] };
    expect(withoutFailures(catalogue).failures).toEqual([]);
    // That an export failed stands until there is a package, since the service does not say of which.
    const stands = code === 'MODEL_EXPORT_FAILED' ? 1 : 0;
    expect(withFailures(catalogue, iterationId, [], outlook).catalogue.failures).toHaveLength(stands);
  });
});
