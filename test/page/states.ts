import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import type { ResourceHealth } from '../../src/core/facts/resource-health.ts';
import type { SweepState } from '../../src/core/facts/sweep-state.ts';
import { diverged } from '../../src/core/plan/blockers.ts';
import type { StatusReport } from '../../src/core/status/report.ts';
import type { ReportInput } from '../../src/core/status/status-facts.ts';
import {
  after,
  aGeneration,
  aRecord,
  aRecordFailure,
  aSnapshot,
  aSweepState,
  guid,
  HALF_HOURLY,
  runAfter,
  timeAfter,
} from '../support/builders.ts';
import { aStatusReport } from '../support/reports.ts';
import { aBadNight } from './a-bad-night.ts';

/** How the whole can stand when somebody opens the page, one report each; the projects are the same ones in most. */

/** The installation that all are of. */
export const SHOP: NonNullable<ReportInput['app']> = {
  ...{ title: 'shop-models', version: '1.2.3', mode: 'normal' },
  ...{ primary: 'shop-north.cognitiveservices.azure.com', secondary: 'shop-west.cognitiveservices.azure.com' },
};

const NAMES = ['Casting defects', 'Dish recognition', 'Hard hats and vests', 'Leaf diseases (coffee)', 'Parcel labels'];

/** In sync as of the builders' start, and published under one name. */
export function anAliveProject(number: number, name: string, changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  const published = [{ iterationId: guid(700 + number), publishName: 'production' }];
  const source = aSnapshot({ name, publications: [{ iteration: 'Iteration 4', publishName: 'production' }] });
  const runId = `run-${number}`;
  const generation = aGeneration({
    ...{ runId, name, published, holds: source, replicaProjectId: guid(300 + number) },
    ...{ importedAt: timeAfter(-90_000), verifiedAt: timeAfter(-86_000), seenAt: timeAfter(0) },
  });
  return aRecord({
    ...{ sourceProjectId: guid(100 + number), name, source, inSyncAt: timeAfter(0), labelsSeenAt: timeAfter(0) },
    ...{ generations: [generation], current: runId },
    ...changes,
  });
}

/** All in sync, as of so many seconds after the start. */
const alive = (seconds = 0): ReplicaRecord[] =>
  NAMES.map((name, number) => {
    const record = anAliveProject(number, name);
    const [seenAt, source] = [timeAfter(seconds), { ...record.source!, observedAt: timeAfter(seconds) }];
    const generations = record.generations.map((generation) => ({ ...generation, seenAt }));
    return { ...record, source, generations, inSyncAt: seenAt, labelsSeenAt: seenAt };
  });

/** All alive, with one of them changed. */
function withOne(change: (record: ReplicaRecord) => ReplicaRecord, seconds = 0): ReplicaRecord[] {
  return alive(seconds).map((record, number) => (number === 1 ? change(record) : record));
}

function sweepOf(records: readonly ReplicaRecord[], changes: Partial<SweepState> = {}): SweepState {
  const projects = records.map(({ sourceProjectId: id, name }) => ({
    ...{ id, name, since: timeAfter(-86_400), excluded: null },
  }));
  return aSweepState({
    projects,
    targetProjects: records.length + 4,
    notificationLastReceivedAt: timeAfter(-900),
    ...changes,
  });
}

const WELL: ResourceHealth = {
  ...{ state: 'answers', since: timeAfter(-86_400), lastAnsweredAt: timeAfter(1_800), failure: null },
  lastAskedAt: timeAfter(1_800),
};

function reportOf(records: readonly ReplicaRecord[], changes: Partial<ReportInput> = {}): StatusReport {
  const now = changes.now ?? after(60);
  const well = { ...WELL, lastAnsweredAt: now.toISOString(), lastAskedAt: now.toISOString() };
  const resources = { schemaVersion: 1 as const, primary: well, secondary: well };
  return aStatusReport({ records, sweep: sweepOf(records), schedule: HALF_HOURLY, app: SHOP, resources, ...changes });
}

/** The source was found to hold something else, so long after the start. */
const changed = (record: ReplicaRecord, seconds: number): ReplicaRecord => ({
  ...record,
  source: aSnapshot({ ...record.source, revision: 'r1-9f86d081884c7d65', observedAt: timeAfter(seconds) }),
});

/** Four minutes after a sweep that found one of the resources so. */
function inTrouble(side: 'primary' | 'secondary', state: ResourceHealth['state'], words: string): StatusReport {
  const failure = { code: 'REQUEST_FAILED', message: `${SHOP[side]} ${words}.`, hint: 'Look at its service health.' };
  const ill: ResourceHealth = {
    ...{ state, since: timeAfter(1_800), lastAnsweredAt: timeAfter(0), lastAskedAt: timeAfter(1_810), failure },
  };
  const records = alive();
  const sweep = sweepOf(records, {
    ...{ lastStartedAt: timeAfter(1_800), problem: failure.message },
    failure: { ...failure, needsPerson: state === 'refuses' },
  });
  const resources = { ...{ schemaVersion: 1 as const, primary: WELL, secondary: WELL }, [side]: ill };
  return reportOf(records, { sweep, resources, now: after(2_040) });
}

/** Status of so many projects, some of which need attention, each changed as somebody wishes. */
export function manyProjects(
  count: number,
  change: (record: ReplicaRecord, number: number) => ReplicaRecord = someTrouble,
): StatusReport {
  const records = Array.from({ length: count }, (_, number) => {
    const name = `${NAMES[number % NAMES.length]} of line ${Math.floor(number / NAMES.length) + 1}`;
    return change(anAliveProject(number, name), number);
  });
  return reportOf(records, { targetProjectLimit: count * 2 });
}

function someTrouble(record: ReplicaRecord, number: number): ReplicaRecord {
  if (number % 9 === 4) return changed(record, 50);
  return number % 31 === 17 ? { ...record, failure: aRecordFailure() } : record;
}

const PROBLEMS = [
  {
    setting: 'PRIMARY_TRAINING_ENDPOINT',
    message: 'is not set.',
    expected: 'https://<name>.cognitiveservices.azure.com',
  },
  { setting: 'DRY_RUN', message: 'is not true or false.', expected: 'true or false' },
];

export interface State {
  readonly name: string;
  /** The first words that somebody reads. */
  readonly firstLine: RegExp;
  readonly report: StatusReport;
}

export const STATES: readonly State[] = [
  {
    name: 'starting',
    firstLine: /^STARTING: NO SWEEP HAS COMPLETED YET/,
    report: aStatusReport({ sweep: null, records: [], schedule: HALF_HOURLY, app: SHOP }),
  },
  {
    name: 'all well',
    firstLine: /^ALL WELL 5 of 5 protected, 5 of 5 ready to fail over/,
    report: reportOf(alive()),
  },
  {
    name: 'behind',
    firstLine: /^ALL WELL .* nothing lost beyond 45 min/,
    report: reportOf(
      withOne((record) => changed({ ...record, inSyncAt: timeAfter(0), run: runAfter('answered') }, 2_690), 2_690),
      {
        sweep: sweepOf(alive(), { lastStartedAt: timeAfter(2_660), lastCompletedAt: timeAfter(2_690) }),
        now: after(2_700),
      },
    ),
  },
  {
    name: 'parked',
    firstLine: /^1 THING NEEDS YOU .* 4 of 5 ready to fail over/,
    report: reportOf(
      withOne((record) => {
        const [generation] = record.generations;
        const blocker = diverged(generation!, ['its name was Dish recognition and is Dishes'], record.source);
        return {
          ...record,
          failure: aRecordFailure({ ...blocker, needsPerson: true, nextAttemptAt: null, since: timeAfter(-600) }),
        };
      }),
    ),
  },
  {
    name: 'breach',
    firstLine: /TO WATCH .* nothing lost beyond 2 h 10 min/,
    report: reportOf(
      withOne((record) => changed({ ...record, inSyncAt: timeAfter(0) }, 7_790), 7_790),
      {
        sweep: sweepOf(alive(), { lastStartedAt: timeAfter(7_760), lastCompletedAt: timeAfter(7_790) }),
        now: after(7_800),
      },
    ),
  },
  {
    name: 'brake',
    firstLine: /^THE BRAKE IS ON /,
    report: reportOf(alive(), {
      sweep: sweepOf(alive(), {
        brake: { kind: 'short-list', since: timeAfter(0), accepted: 5, missing: 4, confirmedAt: null },
        problem: 'The list of the primary has only 1 of 5 projects.',
      }),
    }),
  },
  {
    name: 'dead primary',
    firstLine:
      /^PRIMARY UNREACHABLE since 12:30 UTC 5 of 5 can be failed over now at most 34 min of changes would be lost$/,
    report: inTrouble('primary', 'unreachable', 'could not be reached: connect ECONNREFUSED'),
  },
  {
    name: 'refused primary',
    firstLine: /^PRIMARY REFUSES THE KEY OR ROLE since 12:30 UTC /,
    report: inTrouble('primary', 'refuses', 'refused the key: 401'),
  },
  {
    name: 'dead secondary',
    firstLine: /^SECONDARY UNREACHABLE since 12:30 UTC /,
    report: inTrouble('secondary', 'unreachable', 'could not be reached: connect ETIMEDOUT'),
  },
  {
    name: 'storage gone',
    firstLine: /^STORAGE DOES NOT ANSWER since 12:02 UTC /,
    report: reportOf(alive(), {
      now: after(600),
      storageReadAt: after(60),
      storageUnavailable: {
        message: 'Storage did not answer within 5 s.',
        hint: 'It is tried again.',
        since: timeAfter(120),
      },
    }),
  },
  {
    name: 'failed over',
    firstLine: /^2 FAILED OVER since 12:00 UTC by ada@example.com: “The region is down.” /,
    report: reportOf(alive(), {
      decisions: new Map(
        [0, 1].map((number) => [
          guid(100 + number),
          {
            ...{ schemaVersion: 1, active: 'secondary', frozen: true, replicaProjectId: guid(300 + number) },
            ...{ releasedAt: null, since: timeAfter(0), by: 'ada@example.com', reason: 'The region is down.' },
          },
        ]),
      ),
    }),
  },
  {
    name: 'dry run',
    firstLine: /^DRY RUN: NOTHING IS COPIED /,
    report: reportOf(
      withOne((record) => changed(record, 50)),
      { app: { ...SHOP, mode: 'dry-run' } },
    ),
  },
  {
    name: 'bad settings',
    firstLine: /^SETTINGS INVALID: NOTHING RUNS/,
    report: aStatusReport({ problems: PROBLEMS, sweep: null, records: [] }),
  },
  { name: '100 projects', firstLine: /^3 TO WATCH 100 of 100 protected/, report: manyProjects(100) },
  { name: 'a bad night', firstLine: /^2 THINGS NEED YOU 10 of 11 protected/, report: aBadNight({ app: SHOP }) },
];
