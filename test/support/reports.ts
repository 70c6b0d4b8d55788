import type { ReportInput } from '../../src/core/status/status-facts.ts';
import { statusReport } from '../../src/core/status/report.ts';
import type { SweepState } from '../../src/core/facts/sweep-state.ts';
import {
  after,
  aRecordFailure,
  aRecordInSync,
  aSnapshot,
  aSweepState,
  guid,
  SOURCE_ID,
  timeAfter,
} from './builders.ts';

/** The recovery point objective that `aStatusReport` is held to, in seconds. */
export const OBJECTIVE = 7_200;

/** Status a minute after the start, of one project that is in sync. */
export function aStatusReport(changes: Partial<ReportInput> = {}) {
  return statusReport({
    now: after(60),
    problems: [],
    sweep: aSweepState(),
    records: [aRecordInSync()],
    recoveryPointObjectiveInSeconds: OBJECTIVE,
    targetProjectLimit: 100,
    publishes: true,
    predictionEndpoint: 'https://dr.example',
    schedule: null,
    rejectedNotifications: 0,
    ...changes,
  });
}

/** The source was last seen, an hour after the last look in sync, to hold something else. */
export const behind = aRecordInSync({ source: aSnapshot({ revision: 'r1-newer', observedAt: timeAfter(3_600) }) });

/** A failure that a person has to end. */
export const needsPerson = aRecordFailure({ class: 'auth', needsPerson: true, nextAttemptAt: null });

/** A sweep whose list had these projects, from `guid(30)` on; each with the reason why it is left out, or null. */
export const aSweepThatListed = (...excluded: (string | null)[]) =>
  aSweepState({
    projects: excluded.map((why, index) => ({ id: guid(30 + index), name: 'p', since: timeAfter(0), excluded: why })),
  });

/** A sweep whose list had the source project, with these facts. */
export const aSweepThatSaw = (changes: Partial<SweepState['projects'][number]>) =>
  aSweepState({ projects: [{ id: SOURCE_ID, name: 'Cats', since: timeAfter(0), excluded: null, ...changes }] });

/** A sweep whose list, a good one, did not have the source project. */
export const aSweepThatMissed = aSweepState({ projects: [], missing: { [SOURCE_ID]: timeAfter(-10) } });
