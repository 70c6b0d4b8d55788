import { newCatalogue, type Backup, type Catalogue } from '../../src/core/backups/catalogue.ts';
import { historyEntry, type HistoryEntry } from '../../src/core/facts/history.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import { diverged } from '../../src/core/plan/blockers.ts';
import { projectStory, type ProjectStory } from '../../src/core/status/project-report.ts';
import { listingOf } from '../../src/core/status/status-facts.ts';
import type { Past } from '../../src/page/history-list.ts';
import { projectPage } from '../../src/page/project-page.ts';
import { after, aGeneration, aPolicy, aRecordFailure, guid, timeAfter } from '../support/builders.ts';
import { aStatusReport } from '../support/reports.ts';
import { anAliveProject, SHOP } from './states.ts';

/** A project that much has happened to: two copies, one retired, backups of which one is gone, and a person at work. */

const REVISION = `r1-${'81af14c1'.repeat(8)}`;

export function aBackup(changes: Partial<Backup> = {}): Backup {
  return {
    ...{ iterationId: guid(704), iterationName: 'Iteration 4', platform: 'ONNX', flavor: null },
    ...{ sourceProjectId: guid(101), sourceProjectName: 'Dish recognition', classificationType: 'Multiclass' },
    ...{ domain: null, tags: [], trainedAt: null, publishNames: ['production'] },
    blob: `${guid(101)}/${guid(704)}/onnx.zip`,
    ...{ sizeInBytes: 5_432_100, sha256: '9f86d081'.repeat(8), etag: '"0x8D"', from: 'container', sourceEtag: null },
    ...{ recordedAt: timeAfter(-86_400), verifiedAt: timeAfter(-3_600), hashedAt: timeAfter(-7_200) },
    ...{ state: 'ok', stateSince: timeAfter(-86_400) },
    ...changes,
  };
}

export function aCatalogue(...backups: readonly Backup[]): Catalogue {
  return {
    ...newCatalogue(guid(101), 'Dish recognition'),
    backups: [...backups],
    notExportable: [{ iterationId: guid(703), iterationName: 'Iteration 3', since: timeAfter(-86_400) }],
  };
}

const told = (seconds: number, event: string, evidence: HistoryEntry['evidence'], more: Partial<HistoryEntry> = {}) =>
  historyEntry({ ...{ id: `${event}:${seconds}`, at: timeAfter(seconds), event, evidence }, ...more });

export const LONG_PAST: Past = {
  entries: [
    told(-900_000, 'import.begun', { revision: REVISION, stagingName: 'cvr-0a1b2c3d-run', images: 120 }),
    told(-899_600, 'copy.protected', { replicaProjectId: guid(299), name: 'Dish recognition', revision: REVISION }),
    told(-90_000, 'copy.protected', { replicaProjectId: guid(301), name: 'Dish recognition', differences: 0 }),
    told(
      -80_000,
      'copy.retired',
      { replicaProjectId: guid(299), name: 'Dish recognition [replica 4be1]' },
      {
        reason: 'GENERATIONS_TO_KEEP',
      },
    ),
    told(-7_000, 'failover', { replicaProjectId: guid(301) }, { by: 'ada@example.com', reason: 'The region is down.' }),
    told(-600, 'project.parked', { message: 'Somebody changed the replica.' }, { reason: 'REPLICA_CHANGED' }),
  ],
  unreadable: 1,
};

function changedBySomebody(): ReplicaRecord {
  const record = anAliveProject(1, 'Dish recognition');
  const [current] = record.generations;
  const blocker = diverged(current!, ['its name was Dish recognition and is Dishes'], record.source);
  const older = aGeneration({
    ...{ runId: 'run-older', name: 'Dish recognition [replica 7c02]', replicaProjectId: guid(298) },
    ...{ importedAt: timeAfter(-400_000), verifiedAt: timeAfter(-399_000) },
    differences: [{ what: 'iterations', expected: '4', found: '3' }],
  });
  return {
    ...record,
    generations: [older, current!],
    failure: aRecordFailure({ ...blocker, needsPerson: true, nextAttemptAt: null, since: timeAfter(-600) }),
  };
}

function pageOf(record: ReplicaRecord, past: Past, catalogue: Catalogue | null): string {
  const now = after(60);
  const policy = { ...aPolicy(), publishes: true, predictionEndpoint: 'https://dr.example' };
  const story: ProjectStory = projectStory(listingOf(record, null), record, policy, now, catalogue);
  return projectPage(story, aStatusReport({ records: [record], now, app: SHOP }), past, { isLinked: true });
}

export const PROJECT_PAGES: readonly (readonly [string, RegExp, string])[] = [
  [
    'a project with all that can happen to one',
    /^Dish recognition ■ parked/,
    pageOf(
      changedBySomebody(),
      LONG_PAST,
      aCatalogue(
        aBackup({ state: 'missing', flavor: 'TensorFlowLite', platform: 'TensorFlow', stateSince: timeAfter(-60) }),
        aBackup(),
      ),
    ),
  ],
  [
    'a project that rests',
    /^Parcel labels ✓ in sync ready to fail over/,
    pageOf(anAliveProject(4, 'Parcel labels'), { entries: [], unreadable: 0 }, null),
  ],
  [
    'a project whose history can’t be read',
    /^Parcel labels ✓ in sync/,
    pageOf(anAliveProject(4, 'Parcel labels'), { failure: 'Storage did not answer within 5 s.' }, aCatalogue()),
  ],
];
