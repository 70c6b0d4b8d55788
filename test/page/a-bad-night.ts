import type { ReplicaRecord, Snapshot } from '../../src/core/facts/record.ts';
import type { ReportInput } from '../../src/core/status/status-facts.ts';
import { statusReport } from '../../src/core/status/report.ts';
import {
  after,
  aGeneration,
  aRecord,
  aRecordFailure,
  aRun,
  aSnapshot,
  aSweepState,
  exportCounts,
  guid,
  HALF_HOURLY,
  timeAfter,
} from '../support/builders.ts';
import { diverged, noFreeSlot } from '../../src/core/plan/blockers.ts';

/** A pair of resources on which much goes on at once: work, trouble that heals, and trouble that does not. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NAMES = [
  'Bird feeder',
  'Casting defects',
  'Dish recognition',
  'Hard hats and vests',
  'Leaf diseases (coffee)',
  'Meter readings',
  'Old shelf trial',
  'Parcel labels',
  'Returned shoes',
  'Sandbox',
  'Shelf products',
  'Straßenschäden – Köln',
  'Weld seams',
] as const;

type Name = (typeof NAMES)[number];

function sourceIdOf(name: Name): string {
  return guid(100 + NAMES.indexOf(name));
}

/** Some hex digits that differ from project to project. */
function hexOf(number: number): string {
  return ((number * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0');
}

function snapshot(name: Name, secondsAgo: number, changes: Partial<Snapshot> = {}): Snapshot {
  const revision = `r1-${hexOf(NAMES.indexOf(name) + 7).repeat(8)}`;
  return aSnapshot({ name, revision, observedAt: timeAfter(-secondsAgo), ...changes });
}

/** In sync as of two minutes ago, with a copy of some days ago. */
function inSync(name: Name, publishNames: readonly string[], changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  const number = NAMES.indexOf(name);
  const publications = publishNames.map((publishName, index) => ({ iteration: `Iteration ${index + 1}`, publishName }));
  const seen = snapshot(name, 2 * MINUTE + 8, { publications });
  const replicaProjectId = `${hexOf(number + 40)}-5d1c-4e0a-9b1f-${hexOf(number + 60)}c0de`;
  const generation = aGeneration({
    runId: `run-${number}`,
    replicaProjectId,
    name,
    holds: { ...seen, observedAt: timeAfter(-(number + 2) * DAY) },
    importedAt: timeAfter(-(number % 5) * DAY - 3 * HOUR),
    verifiedAt: timeAfter(-(number % 4) * DAY - 2 * HOUR),
    seenAt: seen.observedAt,
    exported: exportCounts({ images: 120 + number * 31 }),
    published: publishNames.map((publishName, index) => ({ iterationId: guid(700 + index), publishName })),
  });
  return aRecord({
    sourceProjectId: sourceIdOf(name),
    name,
    source: seen,
    inSyncAt: seen.observedAt,
    generations: [generation],
    current: generation.runId,
    ...changes,
  });
}

/** Behind its source for so long, since it was changed. */
function behind(record: ReplicaRecord, seconds: number, changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  const { source } = record;
  return {
    ...record,
    source: source && { ...source, revision: 'r1-9f86d081884c7d65' },
    inSyncAt: timeAfter(-seconds),
    ...changes,
  };
}

function castingDefects(): ReplicaRecord {
  const record = inSync('Casting defects', ['previous', 'production']);
  const [current] = record.generations;
  const differences = [{ what: 'iterations', expected: '4', found: '3' }];
  const older = {
    ...current!,
    runId: 'run-older',
    replicaProjectId: guid(801),
    name: 'Casting defects [replica 4be1]',
  };
  return {
    ...record,
    generations: [
      { ...older, importedAt: timeAfter(-9 * DAY) },
      { ...current!, differences },
    ],
  };
}

function shelfProducts(): ReplicaRecord {
  const record = inSync('Shelf products', ['production']);
  const [generation] = record.generations;
  const seen = { ...snapshot('Shelf products', 0), revision: generation!.holds.revision };
  const changes = [`its name was Shelf products and is Shelf products v2`];
  const blocker = diverged(generation!, changes, seen);
  return {
    ...record,
    failure: failure({ ...blocker, needsPerson: true, nextAttemptAt: null, since: timeAfter(-6 * HOUR) }),
  };
}

function failure(changes: Parameters<typeof aRecordFailure>[0]) {
  return aRecordFailure({ since: timeAfter(-20 * MINUTE), ...changes });
}

function importing(name: Name, secondsAgo: number): ReplicaRecord['run'] {
  const intent = {
    stagingName: 'cvr-0a1b2c3d-run',
    requestedAt: timeAfter(-secondsAgo),
    exported: exportCounts({ images: 640 }),
    estimatedImportInSeconds: 6 * MINUTE,
  };
  const startedAt = timeAfter(-secondsAgo - 12);
  return aRun({
    runId: 'run-new',
    startedAt,
    before: snapshot(name, secondsAgo + 15),
    intent,
    replicaProjectId: guid(802),
  });
}

export function badNightRecords(): ReplicaRecord[] {
  const slot = failure({
    ...noFreeSlot(96, 96, 96, false),
    attempts: 9,
    since: timeAfter(-3 * HOUR),
    nextAttemptAt: timeAfter(11 * MINUTE),
  });
  const timedOut = failure({
    code: 'TIMED_OUT',
    message: 'ExportProject on the primary did not answer within 100 s.',
    hint: 'Nothing has to be done: it is tried again with a growing delay.',
    attempts: 5,
    nextAttemptAt: timeAfter(4 * MINUTE + 20),
    since: timeAfter(-2 * HOUR),
  });
  return [
    inSync('Bird feeder', []),
    castingDefects(),
    inSync('Dish recognition', ['canary', 'production']),
    inSync('Hard hats and vests', []),
    behind(inSync('Leaf diseases (coffee)', ['field-app']), 2 * HOUR + 10 * MINUTE, { failure: timedOut }),
    aRecord({
      sourceProjectId: sourceIdOf('Meter readings'),
      name: 'Meter readings',
      source: snapshot('Meter readings', 128),
      failure: slot,
    }),
    inSync('Old shelf trial', ['production']),
    inSync('Parcel labels', ['edge']),
    inSync('Returned shoes', []),
    shelfProducts(),
    behind(inSync('Straßenschäden – Köln', ['production']), 31 * MINUTE),
    behind(inSync('Weld seams', ['production']), 47 * MINUTE, { run: importing('Weld seams', 4 * MINUTE) }),
  ];
}

/** Status at the builders' start, of that pair. */
export function aBadNight(changes: Partial<ReportInput> = {}) {
  const listed = NAMES.filter((name) => name !== 'Old shelf trial').map((name) => {
    const excluded = name === 'Sandbox' ? 'EXCLUDE_PROJECTS' : null;
    return { id: sourceIdOf(name), name, since: timeAfter(-40 * DAY), excluded };
  });
  const sweep = aSweepState({
    lastStartedAt: timeAfter(-2 * MINUTE - 12),
    lastCompletedAt: timeAfter(-34),
    projects: listed,
    missing: { [sourceIdOf('Old shelf trial')]: timeAfter(-3 * DAY) },
    targetProjects: 96,
    notificationLastReceivedAt: timeAfter(-18 * MINUTE),
  });
  const asked = { lastAnsweredAt: timeAfter(-34), lastAskedAt: timeAfter(-34), failure: null };
  const well = { state: 'answers' as const, since: timeAfter(-9 * DAY), ...asked };
  return statusReport({
    now: after(0),
    resources: { schemaVersion: 1, primary: well, secondary: well },
    problems: [],
    sweep,
    records: badNightRecords(),
    recoveryPointObjectiveInSeconds: 2 * HOUR,
    targetProjectLimit: 96,
    publishes: true,
    predictionEndpoint: 'https://dr.example',
    schedule: HALF_HOURLY,
    rejectedNotifications: 2,
    ...changes,
  });
}
