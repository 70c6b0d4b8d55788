import { newCatalogue, type Backup, type BackupFailure, type Catalogue } from '../../../src/core/backups/catalogue.ts';
import { AlertLog, idOf, named, project } from '../../support/alert-log.ts';
import { aSweepState, guid, timeAfter } from '../../support/builders.ts';

const CATS = idOf('Cats');
const alerts = (log: AlertLog, at: number) => log.alerts('backups-failing', at);

const aFailure = (nextAttemptAt: string | null): BackupFailure => ({
  iterationId: guid(200),
  iterationName: 'Iteration 1',
  platform: 'ONNX',
  flavor: null,
  ...{ class: 'refused', code: 'MODEL_EXPORT_FAILED', message: 'm', hint: 'h', attempts: 1 },
  since: timeAfter(0),
  lastAt: timeAfter(0),
  nextAttemptAt,
});

const aBackup = (state: Backup['state']): Backup => ({
  iterationId: guid(200),
  iterationName: 'Iteration 1',
  platform: 'ONNX',
  flavor: null,
  sourceProjectId: CATS,
  sourceProjectName: 'Cats',
  classificationType: null,
  domain: null,
  tags: [],
  trainedAt: null,
  publishNames: [],
  blob: 'b',
  sizeInBytes: 1,
  sha256: 'a'.repeat(64),
  etag: 'e',
  from: 'container',
  sourceEtag: null,
  recordedAt: timeAfter(0),
  verifiedAt: timeAfter(0),
  hashedAt: timeAfter(0),
  state,
  stateSince: timeAfter(0),
});

const measuring = (changes: Partial<Catalogue>, more: Parameters<AlertLog['sweep']>[1] = {}) => ({
  records: [project('Cats', 0)],
  catalogues: new Map([[CATS, { ...newCatalogue(CATS, 'Cats'), ...changes }]]),
  ...more,
});

const failed = {
  event: 'backup.failed',
  projectId: CATS,
  iterationId: null,
  platform: null,
  flavor: null,
  ...{ code: 'CATALOGUE_DAMAGED', message: 'm', hint: 'h' },
} as const;

describe('backups-failing', () => {
  it.each<[string, Partial<Catalogue>, number]>([
    ['are in order', { backups: [aBackup('ok')] }, 0],
    ['are missing', { backups: [aBackup('missing')] }, 1],
    ['have changed', { backups: [aBackup('mismatch')] }, 1],
    ['could not be made and are given up', { failures: [aFailure(null)] }, 1],
    ['could not be made and are tried again soon', { failures: [aFailure(timeAfter(600))] }, 0],
    ['are lost, and others given up', { backups: [aBackup('missing')], failures: [aFailure(null)] }, 2],
  ])('where backups %s', (_what, catalogue, problems) => {
    const expected = problems === 0 ? [] : [{ projectName: named('Cats'), problems }];
    expect(alerts(new AlertLog().sweep(0, measuring(catalogue)), 86_400)).toEqual(expected);
  });

  it('looks after the backups of a project that is gone from the primary', () => {
    const sweep = aSweepState({ projects: [], missing: { [CATS]: timeAfter(0) } });
    const log = new AlertLog().sweep(0, measuring({ backups: [aBackup('missing')] }, { sweep }));
    expect(alerts(log, 60)).toHaveLength(1);
  });

  it('tells of a failure before it is measured, and ends with the next measurement that finds none', () => {
    const log = new AlertLog().sweep(0, measuring({})).tell(60, failed);
    expect(alerts(log, 120)).toEqual([{ projectName: named('Cats'), problems: 1 }]);
    expect(alerts(log.sweep(1_800, measuring({})), 1_860)).toEqual([]);
  });
});
