import type { ExportCounts, Image, ImageRegion, Iteration, Observation } from '../../src/core/facts/model.ts';
import type { Project, ProjectSettings, Tag } from '../../src/core/facts/model.ts';
import type { FailureDetails } from '../../src/core/facts/failure.ts';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import type { Mark } from '../../src/core/content/mark.ts';
import type { Owner } from '../../src/core/content/mark.ts';
import { markedDescription, pairOf, stagingName } from '../../src/core/content/mark.ts';
import type { Policy } from '../../src/core/plan/policy.ts';
import { limitsFor } from '../../src/core/plan/policy.ts';
import type { Generation, RecordFailure, ReplicaRecord, Run, Snapshot } from '../../src/core/facts/record.ts';
import { newRecord } from '../../src/core/facts/record.ts';
import type { Content } from '../../src/core/content/revision.ts';
import { ImageSet } from '../../src/core/content/image-set.ts';
import { snapshotOf } from '../../src/core/content/revision.ts';
import type { SweepState } from '../../src/core/facts/sweep-state.ts';
import { newSweepState } from '../../src/core/facts/sweep-state.ts';
import type { SweepSchedule } from '../../src/core/status/next-sweep.ts';

/**
 * Plain values for tests. Each builder gives something ordinary and valid that fits the others: one source project,
 * `SOURCE_ID`, whose copy is `REPLICA_ID`. A test names only what it is about.
 */

/** A readable GUID: the number is its last part. */
export function guid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`;
}

export const SOURCE_ID = guid(1);
export const REPLICA_ID = guid(2);
export const RUN_ID = 'run-2';
/** The prediction resource that replicas are published to. */
export const PREDICTION_ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/p';
export const ENDPOINTS = { primary: 'https://primary.example', secondary: 'https://secondary.example' };
const PAIR = pairOf('primary.example', 'secondary.example');
export const OWNER: Owner = { pair: PAIR, installation: '0b5e55ed' };

/** The moment that every builder counts from. */
export const START = new Date('2026-03-01T12:00:00.000Z');

/** An instant some seconds after the start (before it, where negative). */
export function after(seconds: number): Date {
  return new Date(START.getTime() + seconds * 1_000);
}

export function timeAfter(seconds: number): string {
  return after(seconds).toISOString();
}

export function someSettings(changes: Partial<ProjectSettings> = {}): ProjectSettings {
  return {
    domainId: guid(900),
    classificationType: 'Multiclass',
    targetExportPlatforms: [],
    useNegativeSet: true,
    detectionParameters: null,
    augmentationMethods: { rotation: true, scaling: false },
    exportModelContainerUri: null,
    notificationQueueUri: null,
    ...changes,
  };
}

/** A source project that is at rest. */
export function aProject(changes: Partial<Project> = {}): Project {
  return {
    id: SOURCE_ID,
    name: 'Cats',
    description: 'cats and no cats',
    settings: someSettings(),
    created: '2026-01-01T00:00:00.000Z',
    lastModified: '2026-02-01T00:00:00.000Z',
    status: 'Succeeded',
    drModeEnabled: false,
    ...changes,
  };
}

/** A project on the target that is in the way of nobody. */
export function aStranger(changes: Partial<Project> = {}): Project {
  return aProject({ id: guid(70), name: 'Somebody else’s', description: 'not ours', ...changes });
}

export function aMark(changes: Partial<Mark> = {}): Mark {
  return {
    sourceProjectId: SOURCE_ID,
    revision: 'r1-abc',
    runId: RUN_ID,
    replicaProjectId: REPLICA_ID,
    ...OWNER,
    ...changes,
  };
}

/** The marked replica on the target. */
export function aReplica(changes: Partial<Project> = {}): Project {
  const id = changes.id ?? REPLICA_ID;
  return aProject({
    id,
    description: markedDescription('cats and no cats', aMark({ replicaProjectId: id })),
    ...changes,
  });
}

export function aTag(changes: Partial<Tag> = {}): Tag {
  return { id: guid(100), name: 'cat', description: '', type: 'Regular', imageCount: 2, ...changes };
}

/** A trained iteration that is not published. */
export function anIteration(changes: Partial<Iteration> = {}): Iteration {
  return {
    id: guid(200),
    name: 'Iteration 1',
    status: 'Completed',
    created: '2026-01-02T00:00:00.000Z',
    trainedAt: '2026-01-02T01:00:00.000Z',
    domainId: guid(900),
    trainingType: 'Regular',
    publishName: null,
    originalPublishResourceId: null,
    exportable: false,
    exportableTo: [],
    ...changes,
  };
}

export function aRegion(changes: Partial<ImageRegion> = {}): ImageRegion {
  return { tagName: 'cat', left: 0.1, top: 0.2, width: 0.3, height: 0.4, ...changes };
}

/** An image tagged `cat`, without boxes. */
export function anImage(changes: Partial<Image> = {}): Image {
  return { id: guid(300), width: 640, height: 480, tags: [{ tagName: 'cat' }], regions: [], ...changes };
}

/** Three images, one of them untagged; as `anObservation` counts them. */
const THREE_IMAGES: readonly Image[] = [
  anImage({ id: guid(301) }),
  anImage({ id: guid(302), width: 800 }),
  anImage({ id: guid(303), tags: [] }),
];

/** Images of one id stand for as many images: each but the first gets an id of its own. */
export function contentOf(images: readonly Image[] = THREE_IMAGES): Content {
  const set = new ImageSet();
  const isAgain = ({ id }: Image, at: number): boolean => images.findIndex((other) => other.id === id) < at;
  set.add(images.map((image, at) => (isAgain(image, at) ? { ...image, id: guid(3_000 + at) } : image)));
  return set.content();
}

/** A look at the source project: one tag, one trained iteration, three images. */
export function anObservation(changes: Partial<Observation> = {}): Observation {
  return {
    project: aProject(),
    tags: [aTag()],
    iterations: [anIteration()],
    imageCount: THREE_IMAGES.length,
    observedAt: timeAfter(0),
    ...changes,
  };
}

/** What `anObservation` with its content leaves in a record. */
export function aSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const snapshot = { ...snapshotOf(anObservation(), contentOf()), ...changes };
  // Labels by id go with the digest, unless a test tells them apart.
  if (changes.digest === undefined || changes.labels !== undefined) return snapshot;
  return { ...snapshot, labels: changes.digest === null ? null : `by id: ${changes.digest}` };
}

/** What ExportProject says of `anObservation`. */
export function exportCounts(changes: Partial<ExportCounts> = {}): ExportCounts {
  return { iterations: 1, images: THREE_IMAGES.length, tags: 1, regions: 0, ...changes };
}

/** An import that was asked for at the start, and whose reply did not come (yet). */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    runId: RUN_ID,
    startedAt: timeAfter(0),
    before: aSnapshot(),
    intent: {
      stagingName: stagingName(OWNER, RUN_ID),
      requestedAt: timeAfter(0),
      exported: exportCounts(),
      estimatedImportInSeconds: null,
    },
    replicaProjectId: null,
    adoptedAt: null,
    importedAt: null,
    markedAt: null,
    unlinked: null,
    verified: null,
    published: [],
    naming: null,
    discard: null,
    ...changes,
  };
}

/** Why a copy was given up: an import that ended as `Failed`. */
export function aDiscard(changes: Partial<NonNullable<Run['discard']>> = {}): NonNullable<Run['discard']> {
  const message = 'Custom Vision ended the import as Failed.';
  return { class: 'partial-import', code: 'IMPORT_FAILED', message, lacking: [], at: timeAfter(5), ...changes };
}

/** What a run gains as it goes, in order; `runAfter('marked')` has everything up to and including its mark. */
const RUN_FACTS = {
  asked: {},
  answered: { replicaProjectId: REPLICA_ID },
  imported: { importedAt: timeAfter(60) },
  marked: { markedAt: timeAfter(61) },
  unlinked: { unlinked: { at: timeAfter(61), differences: [] } },
  verified: {
    verified: {
      at: timeAfter(62),
      differences: [],
      baseline: { revision: 'r1-abc', digest: 'abc', labels: 'def' },
      foundPublished: [],
    },
  },
  'names-intended': { naming: { name: 'Cats', predecessor: null, predecessorRenamedAt: null, namedAt: null } },
  named: { naming: { name: 'Cats', predecessor: null, predecessorRenamedAt: null, namedAt: timeAfter(63) } },
} as const satisfies Record<string, Partial<Run>>;

export type RunMilestone = keyof typeof RUN_FACTS;

export function runAfter(milestone: RunMilestone, changes: Partial<Run> = {}): Run {
  const reached = Object.keys(RUN_FACTS).indexOf(milestone) + 1;
  return aRun(Object.assign({}, ...Object.values(RUN_FACTS).slice(0, reached), changes) as Partial<Run>);
}

/** A complete copy of what `anObservation` shows, on the target as `aReplica`. */
export function aGeneration(changes: Partial<Generation> = {}): Generation {
  return {
    runId: RUN_ID,
    replicaProjectId: REPLICA_ID,
    name: 'Cats',
    intendedName: null,
    holds: aSnapshot(),
    exported: exportCounts(),
    adopted: false,
    importedAt: timeAfter(60),
    verifiedAt: timeAfter(62),
    differences: [],
    baseline: { revision: aSnapshot().revision, digest: contentOf().digest, labels: contentOf().labels },
    lastModified: aReplica().lastModified,
    published: [],
    foundPublished: [],
    changedBySomebody: false,
    changeCheckedAt: null,
    pinned: null,
    lacksModels: [],
    ...changes,
  };
}

/** A record of the source project of which nothing was copied yet. */
export function aRecord(changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  return { ...newRecord(SOURCE_ID, 'Cats'), ...changes };
}

/** A record whose current copy holds what was last observed of the source, at the start. */
export function aRecordInSync(changes: Partial<ReplicaRecord> = {}): ReplicaRecord {
  return aRecord({
    source: aSnapshot(),
    inSyncAt: timeAfter(0),
    labelsSeenAt: timeAfter(0),
    generations: [aGeneration()],
    current: RUN_ID,
    ...changes,
  });
}

export function aPolicy(changes: Partial<Policy> = {}): Policy {
  return {
    owner: OWNER,
    exclusionOf: () => null,
    dryRun: false,
    generationsToKeep: 2,
    keepCopiesForInSeconds: 0,
    shrinkLimitInPercent: 20,
    objectiveInSeconds: 7_200,
    targetProjectLimit: 100,
    predictionResourceId: PREDICTION_ID,
    integration: null,
    predictionEndpoints: ENDPOINTS,
    limits: limitsFor(60, 120),
    ...changes,
  };
}

/** A failure as the adapters throw it; transient unless told. */
export function aFailure(details: Partial<FailureDetails> = {}): ReplicationFailure {
  return new ReplicationFailure('The service did not answer.', {
    class: 'transient',
    code: 'TIMED_OUT',
    hint: 'It is tried again.',
    ...details,
  });
}

/** A failure as a record keeps it: the first of its kind, at the start. */
export function aRecordFailure(changes: Partial<RecordFailure> = {}): RecordFailure {
  return {
    class: 'transient',
    code: 'TIMED_OUT',
    message: 'The service did not answer.',
    hint: 'It is tried again.',
    needsPerson: false,
    attempts: 1,
    since: timeAfter(0),
    nextAttemptAt: timeAfter(10),
    requestId: null,
    ...changes,
  };
}

/** What a sweep at the start left: it saw the source project, in scope. */
/** A schedule that fires so many seconds after whatever time it is asked about. */
export function every(seconds: number): SweepSchedule {
  return {
    expression: `every ${seconds} s`,
    nextAfter: (time) => new Date(time.getTime() + seconds * 1_000),
    longestWaitInSeconds: seconds,
  };
}

export const HALF_HOURLY = every(1_800);

export function aSweepState(changes: Partial<SweepState> = {}): SweepState {
  return {
    ...newSweepState(timeAfter(-86_400)),
    lastStartedAt: timeAfter(-10),
    lastCompletedAt: timeAfter(0),
    projects: [{ id: SOURCE_ID, name: 'Cats', since: timeAfter(-3_600), excluded: null }],
    targetProjects: 3,
    ...changes,
  };
}
