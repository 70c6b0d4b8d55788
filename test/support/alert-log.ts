import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import { metricsOf, type MetricsInput } from '../../src/core/status/metrics.ts';
import { dueAfter, type SweepSchedule } from '../../src/core/status/next-sweep.ts';
import { statusReport } from '../../src/core/status/report.ts';
import type { ReportInput } from '../../src/core/status/status-facts.ts';
import { ncrontab } from '../../src/settings/schedule.ts';
import { createEventSink } from '../../src/telemetry.ts';
import { after, aGeneration, aRecordInSync, aSnapshot, aSweepState, guid, timeAfter } from './builders.ts';
import { runQuery, type AnsweredRow, type GivenTable } from './kusto/query.ts';

/** How far back an alert rule looks: the most that Azure allows. */
const LOOK_BACK_IN_SECONDS = 2 * 86_400;

const QUERIES = join(__dirname, '..', '..', 'infra', 'queries');

/** What Application Insights stores of each line that the app writes to its log, of the columns that queries may use. */
export const COLUMNS = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Message', type: 'string' },
  { name: 'SeverityLevel', type: 'int' },
  { name: 'OperationId', type: 'string' },
];
const SEVERITIES = { info: 1, warn: 2, error: 3 };

/** What is the case at a measurement; whatever is not said is well. */
export interface Measurement extends Partial<
  Pick<ReportInput, 'records' | 'resources' | 'sweep' | 'signs' | 'catalogues' | 'rejectedNotifications'>
> {
  readonly routes?: MetricsInput['routes'];
  readonly schedule?: string;
  /** Seconds after the start at which a sweep last completed; now, unless it is said. */
  readonly sweptAt?: number;
  readonly targetProjectLimit?: number;
}

/** What the app has logged, each line written by its own sink. Times are seconds after the start. */
export class AlertLog {
  readonly #rows: GivenTable['rows'][number][] = [];
  #operations = 0;

  /** The events of one invocation, a millisecond apart. */
  tell(at: number, ...events: readonly ReplicatorEvent[]): this {
    this.#operations += 1;
    const operationId = `operation-${this.#operations}`;
    for (const [index, event] of events.entries()) {
      const time = new Date(after(at).getTime() + index);
      createEventSink({
        clock: { now: () => time },
        operationId,
        write: (level, line) => void this.#rows.push([time, line, SEVERITIES[level], operationId]),
      }).emit(event);
    }
    return this;
  }

  /** What a sweep, or the timer between two, tells of how everything stands. */
  measure(at: number, measurement: Measurement = {}): this {
    return this.tell(at, ...metricsAt(at, measurement));
  }

  /** A sweep that looked at everything, and what it measured. */
  sweep(at: number, measurement: Measurement = {}): this {
    const counts = { projects: 1, inScope: 1, enqueued: 0, failed: 0, durationInSeconds: 4 };
    return this.tell(at, { event: 'sweep.completed', ...counts }, ...metricsAt(at, measurement));
  }

  /** A sweep that ended early, and what was measured after it all the same. */
  failedSweep(at: number, failed: ReplicatorEvent, measurement: Measurement = {}): this {
    return this.tell(at, failed, ...metricsAt(at, measurement));
  }

  /** The rows that a rule of this name raises an alert for, at a time. */
  alerts(name: string, at: number): AnsweredRow[] {
    return this.ask(`alert-${name}`, at, LOOK_BACK_IN_SECONDS);
  }

  ask(query: string, at: number, lookBackInSeconds: number): AnsweredRow[] {
    const from = after(at - lookBackInSeconds);
    const rows = this.#rows.filter(([time]) => time instanceof Date && time > from && time <= after(at));
    const others: GivenTable['rows'] = [[after(at - 1), 'Executing Functions.replicateOnSchedule', 1, 'operation-0']];
    const tables = { AppTraces: { columns: COLUMNS, rows: [...rows, ...others] } };
    return runQuery(readFileSync(join(QUERIES, `${query}.kql`), 'utf8'), tables, after(at));
  }
}

/** Reading one takes longer than everything else here. */
const schedules = new Map<string, SweepSchedule>();

function metricsAt(at: number, measurement: Measurement): ReplicatorEvent[] {
  const { routes = null, schedule = '0 */30 * * * *', sweptAt = at, targetProjectLimit = 100, ...given } = measurement;
  const now = after(at);
  const read = schedules.get(schedule) ?? ncrontab.schema.parse(schedule);
  schedules.set(schedule, read);
  const report = statusReport({
    now,
    problems: [],
    sweep: aSweepState({ projects: [] }),
    records: [],
    recoveryPointObjectiveInSeconds: 7_200,
    targetProjectLimit,
    publishes: true,
    predictionEndpoint: 'https://dr.example',
    schedule: null,
    rejectedNotifications: 0,
    ...given,
  });
  return metricsOf({
    report,
    routes,
    swept: aSweepState({
      lastStartedAt: timeAfter(sweptAt),
      lastCompletedAt: timeAfter(sweptAt),
      nextDue: dueAfter(after(sweptAt), read),
    }),
    schedule: read,
    now,
  });
}

/** A project as its records are: in sync as of a look at that time, unless the changes say something else. */
export function project(name: string, lookedAt: number, changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  const id = idOf(name);
  return aRecordInSync({
    sourceProjectId: id,
    name,
    source: aSnapshot({ observedAt: timeAfter(lookedAt) }),
    inSyncAt: timeAfter(lookedAt),
    generations: [aGeneration({ verifiedAt: timeAfter(lookedAt) })],
    ...changes,
  });
}

/** A project that no copy was made of. */
export function uncopied(name: string, lookedAt: number, changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  return project(name, lookedAt, { inSyncAt: null, generations: [], current: null, ...changes });
}

/** One whose source holds something else since a look at that time. */
export function behind(name: string, inSyncAt: number, lookedAt: number): ReplicaRecord {
  const source = aSnapshot({ revision: 'r1-newer', observedAt: timeAfter(lookedAt) });
  return project(name, inSyncAt, { source });
}

export function idOf(name: string): string {
  return guid(Buffer.from(name).reduce((sum, byte) => sum * 7 + byte, 0) % 1_000_000);
}

/** As alerts name a project: its id tells it from another of the same name. */
export function named(name: string): string {
  return `${name} (${idOf(name)})`;
}
