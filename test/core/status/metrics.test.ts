import { metricsOf } from '../../../src/core/status/metrics.ts';
import { statusReport } from '../../../src/core/status/report.ts';
import { aGeneration, aRecordFailure, aRecordInSync, aSweepState, after, timeAfter } from '../../support/builders.ts';

const CALLS = [{ side: 'source', calls: 12, throttled: 1, windowInSeconds: 1_800 }] as const;

function metrics(records: Parameters<typeof statusReport>[0]['records'], sweep = aSweepState()) {
  const now = after(600);
  const report = statusReport({
    now,
    problems: [],
    sweep,
    records,
    recoveryPointObjectiveInSeconds: 7_200,
    targetProjectLimit: 100,
    publishes: true,
    nextSweepAfter: null,
    rejectedNotifications: 2,
  });
  return metricsOf(report, CALLS, 1_800, now);
}

describe('the metrics of a sweep', () => {
  it('are one event a project, one a resource, and one for all', () => {
    const record = aRecordInSync();
    expect(metrics([record]).map(({ event }) => event)).toEqual(['project.metrics', 'resource.calls', 'sweep.metrics']);
  });

  it('tell lag, its age and the age of the proof as three numbers', () => {
    const record = aRecordInSync();
    expect(metrics([record])[0]).toMatchObject({
      projectId: record.sourceProjectId,
      lagSeconds: 0,
      observedAgeSeconds: expect.any(Number) as number,
      proofAgeSeconds: expect.any(Number) as number,
      protected: true,
      parkedSeconds: null,
      recoveryPointObjectiveSeconds: 7_200,
    });
  });

  it('have null, never zero, for what is not known', () => {
    const record = { ...aRecordInSync(), source: null, inSyncAt: null, generations: [], current: null };
    expect(metrics([record])[0]).toMatchObject({
      lagSeconds: null,
      observedAgeSeconds: null,
      proofAgeSeconds: null,
      protected: false,
      backups: null,
    });
  });

  it('tell for how long a project has waited for a person', () => {
    const failure = aRecordFailure({ class: 'auth', needsPerson: true, since: timeAfter(0) });
    const record = { ...aRecordInSync(), generations: [aGeneration()], failure };
    expect(metrics([record])[0]).toMatchObject({ sync: 'parked', parkedSeconds: 600 });
  });

  it('leave out projects that are excluded', () => {
    const record = aRecordInSync();
    const { sourceProjectId: id, name } = record;
    const sweep = aSweepState({ projects: [{ id, name, since: timeAfter(0), excluded: 'EXCLUDE_PROJECTS names it' }] });
    expect(metrics([record], sweep).map(({ event }) => event)).toEqual(['resource.calls', 'sweep.metrics']);
  });
});
