import {
  backupsAreDue,
  outageMayBeOver,
  exportsToAskFor,
  nextBackupDelayInSeconds,
  packagesToKeep,
  type ExportedBlob,
} from '../../../src/core/backups/plan.ts';
import { newCatalogue, type Backup, type BackupFailure, type Catalogue } from '../../../src/core/backups/catalogue.ts';
import type { Iteration } from '../../../src/core/facts/model.ts';
import type { ModelExport } from '../../../src/core/facts/model-export.ts';
import { after, guid, SOURCE_ID, START, timeAfter } from '../../support/builders.ts';

const ITERATION_ID = guid(11);
const DAY_IN_SECONDS = 86_400;

const iteration: Iteration = {
  id: ITERATION_ID,
  name: 'Iteration 1',
  status: 'Completed',
  created: null,
  trainedAt: null,
  domainId: null,
  trainingType: null,
  publishName: null,
  originalPublishResourceId: null,
  exportable: true,
  exportableTo: ['ONNX', 'CoreML'],
};

function made(platform: string, changes: Partial<ModelExport> = {}): ModelExport {
  return { platform, flavor: null, status: 'Done', downloadUri: 'x', newerVersionAvailable: false, ...changes };
}

function blob(extension: string, changes: Partial<ExportedBlob> = {}): ExportedBlob {
  return { name: `x.${extension}`, extension, sizeInBytes: 5, etag: `"${extension}"`, ...changes };
}

function backup(platform: string, changes: Partial<Backup> = {}): Backup {
  return {
    sourceProjectId: SOURCE_ID,
    sourceProjectName: 'Cats',
    iterationId: ITERATION_ID,
    iterationName: 'Iteration 1',
    platform,
    flavor: null,
    classificationType: null,
    domain: null,
    tags: [],
    trainedAt: null,
    publishNames: [],
    blob: `models/${platform}`,
    sizeInBytes: 5,
    sha256: '0'.repeat(64),
    etag: '"1"',
    from: 'container',
    sourceEtag: `"${platform}"`,
    recordedAt: timeAfter(0),
    verifiedAt: timeAfter(0),
    hashedAt: timeAfter(0),
    state: 'ok',
    stateSince: timeAfter(0),
    ...changes,
  };
}

function catalogue(changes: Partial<Catalogue> = {}): Catalogue {
  return { ...newCatalogue(SOURCE_ID, 'Cats'), ...changes };
}

describe('the blob of a package', () => {
  const chosen = (exports: ModelExport[], blobs: ExportedBlob[]) =>
    packagesToKeep(ITERATION_ID, exports, blobs, null, false).map(({ made: { platform }, blob: found }) => [
      platform,
      found?.extension ?? null,
    ]);

  it.each([
    ['is that of its platform', [made('ONNX'), made('CoreML')], [blob('ONNX'), blob('CoreML')], ['ONNX', 'CoreML']],
    ['is spelled in whatever case', [made('ONNX')], [blob('onnx')], ['onnx']],
    ['is whatever there is, where there is one of each', [made('ONNX')], [blob('zip')], ['zip']],
    ['is not known where two packages may be it', [made('ONNX'), made('CoreML')], [blob('zip')], [null, null]],
    ['is not there yet while it is empty', [made('ONNX')], [blob('ONNX', { sizeInBytes: 0 })], [null]],
    ['is not known where its platform has two spellings', [made('ONNX')], [blob('ONNX'), blob('onnx')], [null]],
    [
      'is not known where a platform has two flavors',
      [made('ONNX', { flavor: 'ONNX10' }), made('ONNX', { flavor: 'ONNX12' })],
      [blob('ONNX')],
      [null, null],
    ],
    [
      'is not known while another flavor is being made',
      [made('ONNX', { flavor: 'ONNX10' }), made('ONNX', { flavor: 'ONNX12', status: 'Exporting' })],
      [blob('ONNX')],
      [null],
    ],
    [
      'is known though another flavor failed',
      [made('ONNX', { flavor: 'ONNX10' }), made('ONNX', { flavor: 'ONNX12', status: 'Failed' })],
      [blob('ONNX')],
      ['ONNX'],
    ],
  ])('%s', (_what, exports, blobs, expected) => {
    expect(chosen(exports, blobs).map(([, extension]) => extension)).toEqual(expected);
  });
});

describe('a package that is backed up', () => {
  const isWanted = (given: Backup, blobs: ExportedBlob[], notified = false, more: Partial<Catalogue> = {}) =>
    packagesToKeep(ITERATION_ID, [made('ONNX')], blobs, catalogue({ backups: [given], ...more }), notified).length > 0;

  it.each([
    ['is left alone', backup('ONNX'), [blob('ONNX')], false, false],
    ['is wanted again where it is lost', backup('ONNX', { state: 'missing' }), [blob('ONNX')], false, true],
    ['is wanted again where its blob is another', backup('ONNX'), [blob('ONNX', { etag: '"2"' })], false, true],
    ['is left alone where its blob is gone', backup('ONNX'), [], true, false],
    ['that was fetched is left alone', backup('ONNX', { from: 'download' }), [], false, false],
    ['that was fetched is looked at after a notification', backup('ONNX', { from: 'download' }), [], true, true],
    [
      'that was fetched is left alone though a blob came later',
      backup('ONNX', { from: 'download', sourceEtag: null }),
      [blob('ONNX')],
      false,
      false,
    ],
  ])('%s', (_what, given, blobs, notified, expected) => {
    expect(isWanted(given, blobs, notified)).toBe(expected);
  });

  it('is wanted again where it was asked for anew', () => {
    const request = { iterationId: ITERATION_ID, platform: 'ONNX', flavor: null, at: timeAfter(1), open: true };
    expect(isWanted(backup('ONNX'), [blob('ONNX')], false, { requests: [request] })).toBe(true);
    expect(isWanted(backup('ONNX'), [blob('ONNX')], false, { requests: [{ ...request, open: false }] })).toBe(false);
  });
});

describe('what is asked for', () => {
  const onnx = { platform: 'ONNX', flavor: null };
  const asked = (exports: ModelExport[], secondsSinceAsked: number | null, wanted = [onnx]) => {
    const requests =
      secondsSinceAsked === null
        ? []
        : [{ iterationId: ITERATION_ID, ...onnx, at: timeAfter(-secondsSinceAsked), open: true }];
    return exportsToAskFor(iteration, exports, wanted, catalogue({ requests }), START);
  };

  it.each([
    ['what is not there', [], null, [onnx]],
    ['not what was asked for today', [], 3_600, []],
    ['what was asked for and is not there a day later', [], DAY_IN_SECONDS, [onnx]],
    ['not what is being made', [made('ONNX', { status: 'Exporting' })], null, []],
    ['not what is done', [made('ONNX')], DAY_IN_SECONDS, []],
    ['not what is done in some flavor, where none was named', [made('ONNX', { flavor: 'ONNX12' })], null, []],
    ['what failed', [made('ONNX', { status: 'Failed' })], null, [onnx]],
    ['not what failed today', [made('ONNX', { status: 'Failed' })], 3_600, []],
    ['what is there in an older format', [made('ONNX', { newerVersionAvailable: true })], null, [onnx]],
    ['not that, each day', [made('ONNX', { newerVersionAvailable: true })], DAY_IN_SECONDS, []],
  ])('is %s', (_what, exports, secondsSinceAsked, expected) => {
    expect(asked(exports, secondsSinceAsked)).toEqual(expected);
  });

  it('is no platform that the iteration has not', () => {
    expect(asked([], null, [{ platform: 'VAIDK', flavor: null }])).toEqual([]);
  });

  it('is nothing of a model that cannot be exported', () => {
    expect(exportsToAskFor({ ...iteration, exportable: false }, [], [onnx], null, START)).toEqual([]);
  });

  it('is the very flavor that is there in an older format', () => {
    const old = made('ONNX', { flavor: 'ONNX10', newerVersionAvailable: true });
    expect(asked([old], null)).toEqual([{ platform: 'ONNX', flavor: 'ONNX10' }]);
  });
});

describe('a sweep has a project looked at', () => {
  const checked = { checkedAt: timeAfter(0), iterations: ['Iteration 1'] };
  const failure = {
    ...{ iterationId: null, iterationName: null, platform: null, flavor: null },
    ...{ code: 'X', message: 'x', hint: 'x', attempts: 1 },
    ...{ since: timeAfter(0), lastAt: timeAfter(0), nextAttemptAt: null },
  };

  it.each([
    ['that was never looked at', null, [], 0, true],
    ['not an hour later', catalogue(checked), ['Iteration 1'], 3_600, false],
    ['a day later', catalogue(checked), ['Iteration 1'], DAY_IN_SECONDS, true],
    ['that has a new model', catalogue(checked), ['Iteration 1', 'Iteration 2'], 60, true],
    ['not while a message is on its way', catalogue({ ...checked, nextLookAt: timeAfter(50) }), ['new'], 60, false],
    ['whose message was lost', catalogue({ ...checked, nextLookAt: timeAfter(50) }), [], 3_600, true],
    [
      'whose last look was stored by a clock that was wrong',
      catalogue(checked),
      ['Iteration 1'],
      -365 * DAY_IN_SECONDS,
      true,
    ],
    [
      'whose message no clock that is right has sent',
      catalogue({ ...checked, nextLookAt: timeAfter(365 * DAY_IN_SECONDS) }),
      [],
      60,
      true,
    ],
    [
      'that waits for a person',
      catalogue({ ...checked, failures: [{ ...failure, class: 'auth' }] }),
      ['Iteration 1'],
      60,
      true,
    ],
    [
      'not for any other failure',
      catalogue({ ...checked, failures: [{ ...failure, class: 'refused' }] }),
      ['Iteration 1'],
      60,
      false,
    ],
  ])('%s', (_what, given, trained, seconds, expected) => {
    expect(backupsAreDue(SOURCE_ID, given, trained, after(seconds))).toBe(expected);
  });
});

test.each<[what: string, failure: Partial<BackupFailure>, expected: boolean]>([
  ['nothing of the project could be looked at', { class: 'transient', iterationId: null }, true],
  ['a look at an iteration was given up', { class: 'transient', nextAttemptAt: null }, true],
  ['calls were used up, and it was given up', { class: 'throttled', nextAttemptAt: null }, true],
  ['a message looks at the iteration again soon', { class: 'transient' }, false],
  ['the service refuses the export', { class: 'refused', nextAttemptAt: null }, false],
])('a look at backups is taken anew once the primary answers where %s: %p', (_what, changes, expected) => {
  const failure: BackupFailure = {
    ...{ iterationId: iteration.id, iterationName: iteration.name, platform: null, flavor: null },
    ...{ class: 'transient', code: 'X', message: 'x', hint: 'x', attempts: 1 },
    ...{ since: timeAfter(0), lastAt: timeAfter(0), nextAttemptAt: timeAfter(60), ...changes },
  };
  expect(outageMayBeOver(catalogue({ failures: [failure] }))).toBe(expected);
});

it('comes back for what is not there a bounded number of times, later each time', () => {
  const delays: number[] = [];
  for (let attempts = 1; attempts < 100; attempts += 1) {
    const delay = nextBackupDelayInSeconds(attempts);
    if (delay === null) break;
    delays.push(delay);
  }
  expect(delays).toEqual(delays.toSorted((left, right) => left - right));
  const total = delays.reduce((sum, delay) => sum + delay, 0);
  expect(total).toBeGreaterThan(3_600);
  expect(total).toBeLessThan(DAY_IN_SECONDS / 4);
});
