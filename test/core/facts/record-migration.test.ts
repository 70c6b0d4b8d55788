import { migrateRecord } from '../../../src/core/facts/record-migration.ts';
import { recordSchema } from '../../../src/core/facts/record.ts';
import { aRecordInSync, guid, REPLICA_ID, SOURCE_ID } from '../../support/builders.ts';

const hash = (letter: string): string => letter.repeat(64);

/** As version 1 wrote it: neither iterations nor publications of ours, no class on what is discarded. */
const snapshot = {
  observedAt: '2026-03-01T12:00:00.000Z',
  lastModified: '2026-02-01T00:00:00.000Z',
  revision: `r1-${hash('a')}`,
  digest: hash('b'),
  name: 'Cats',
  description: 'cats and no cats',
  publications: [{ iteration: 'Iteration 1', publishName: 'production' }],
};

const exported = { iterations: 1, images: 3, tags: 1, regions: null };

const version1 = {
  schemaVersion: 1,
  sourceProjectId: SOURCE_ID,
  name: 'Cats',
  source: snapshot,
  inSyncAt: '2026-03-01T12:00:00.000Z',
  generations: [
    {
      runId: 'run-1',
      projectId: REPLICA_ID,
      name: 'Cats',
      intendedName: null,
      holds: snapshot,
      exported,
      adopted: false,
      importedAt: '2026-03-01T12:01:00.000Z',
      verifiedAt: '2026-03-01T12:01:02.000Z',
      differences: [],
      baseline: { revision: `r1-${hash('a')}`, digest: hash('b') },
    },
  ],
  current: 'run-1',
  run: {
    runId: 'run-2',
    startedAt: '2026-03-02T12:00:00.000Z',
    before: snapshot,
    intent: {
      stagingName: 'cvr-01234567-run-2',
      requestedAt: '2026-03-02T12:00:00.000Z',
      exported,
      estimatedImportInSeconds: 5,
    },
    projectId: guid(3),
    adoptedAt: null,
    importedAt: null,
    markedAt: null,
    verified: null,
    naming: null,
    discard: { code: 'IMPORT_FAILED', message: 'it failed', at: '2026-03-02T12:01:00.000Z' },
  },
  wake: { id: 'wake-1', dueAt: '2026-03-02T12:02:00.000Z' },
  triggeredAt: null,
  failure: null,
  failedImports: 2,
};

/** The same fact under the name that version 3 gives it. */
function renamed<T extends { readonly projectId: unknown }>({ projectId, ...others }: T) {
  return { ...others, replicaProjectId: projectId };
}

describe('a record of version 1', () => {
  const migrated = recordSchema.parse(version1);

  test('is read as one of today’s, and loses no fact', () => {
    const { generations, run, ...rest } = version1;
    const today = { ...rest, schemaVersion: 3, generations: generations.map(renamed), run: renamed(run) };
    expect(migrated).toMatchObject(today);
  });

  test('comes back from storage as it was migrated', () => {
    expect(recordSchema.parse(JSON.parse(JSON.stringify(migrated)))).toEqual(migrated);
  });

  test('claims nothing that version 1 did not know', () => {
    const { lastLacking, source, generations, run } = migrated;
    expect(lastLacking).toEqual([]);
    expect(source?.iterations).toEqual([]);
    expect(generations[0]).toMatchObject({ published: [], changedBySomebody: false, lastModified: null });
    expect(generations[0]?.holds.iterations).toEqual([]);
    expect(run).toMatchObject({ unlinked: null, published: [], before: { iterations: [] } });
    expect(migrated.integration).toBeNull();
    expect(run?.discard).toMatchObject({ class: 'partial-import', lacking: [] });
  });

  test('may be one of which nothing is known yet', () => {
    const empty = { ...version1, source: null, inSyncAt: null, generations: [], current: null, run: null, wake: null };
    expect(recordSchema.parse(empty)).toMatchObject({ ...empty, schemaVersion: 3 });
  });

  test('may have a run that was refused', () => {
    const refused = { ...version1, run: { ...version1.run, intent: null, projectId: null, discard: null } };
    expect(recordSchema.parse(refused).run).toMatchObject({ intent: null, discard: null });
  });

  test.each([
    ['without its generations', { ...version1, generations: undefined }],
    ['with generations that are none', { ...version1, generations: ['run-1'] }],
    ['with a run that is none', { ...version1, run: 'run-2' }],
  ])('is refused %s', (_what, broken) => {
    expect(recordSchema.safeParse(broken).success).toBe(false);
  });
});

test('a record of version 2 keeps the ids of its replicas, the names that a switch was giving, and what was found published', () => {
  const naming = { name: 'Cats', aside: { projectId: REPLICA_ID, name: 'Cats [replica run-1]' }, namedAt: null };
  const holds = { ...snapshot, iterations: ['Iteration 1'] };
  const since = { lastModified: null, published: [], changedBySomebody: false };
  const found = [{ iterationId: guid(7), publishName: 'production' }];
  const { generations, run, ...rest } = version1;
  const migrated = recordSchema.parse({
    ...rest,
    schemaVersion: 2,
    lastLacking: [],
    source: holds,
    generations: generations.map((generation) => ({ ...generation, ...since, holds, unconfirmed: found })),
    run: {
      ...run,
      before: holds,
      published: [],
      discard: null,
      naming: { ...naming, asideAt: '2026-03-02T12:03:00.000Z' },
    },
  });
  expect(migrated.generations[0]?.replicaProjectId).toBe(REPLICA_ID);
  expect(migrated.run?.replicaProjectId).toBe(guid(3));
  expect(migrated.run?.naming).toEqual({
    name: naming.name,
    predecessor: renamed(naming.aside),
    predecessorRenamedAt: '2026-03-02T12:03:00.000Z',
    namedAt: null,
  });
  expect(migrated.generations[0]?.foundPublished).toEqual(found);
});

describe('what is no record of an older version', () => {
  test.each([
    ['today’s', aRecordInSync()],
    ['a later one', { schemaVersion: 4 }],
    ['an object of no version', {}],
    ['a text', 'record'],
    ['a list', [version1]],
    ['nothing', null],
  ])('is left to the schema as it is: %s', (_what, stored) => {
    expect(migrateRecord(stored)).toBe(stored);
  });
});
