type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function map(value: unknown, change: (member: Json) => Json): unknown {
  return Array.isArray(value) ? value.map((member: unknown) => (isObject(member) ? change(member) : member)) : value;
}

function change(value: unknown, changed: (member: Json) => Json): unknown {
  return isObject(value) ? changed(value) : value;
}

/**
 * Version 2 knows of publications, retirement and divergence. What a version 1 record can't tell is found out by the
 * next looks: nothing is published, and the labels of a copy are read once more.
 */
function toVersion2(record: Json): Json {
  const snapshot = (value: Json): Json => ({ iterations: [], ...value });
  return {
    ...record,
    schemaVersion: 2,
    lastLacking: [],
    source: change(record['source'], snapshot),
    generations: map(record['generations'], (generation) => ({
      lastModified: null,
      published: [],
      changedBySomebody: false,
      ...generation,
      holds: change(generation['holds'], snapshot),
    })),
    run: change(record['run'], (run) => ({
      published: [],
      ...run,
      before: change(run['before'], snapshot),
      discard: change(run['discard'], (discard) => ({ class: 'partial-import', lacking: [], ...discard })),
    })),
  };
}

/** The same object, some of whose members have other names. */
function renamed(value: Json, names: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [names[name] ?? name, member]));
}

const REPLICA_ID = { projectId: 'replicaProjectId' };

/** Version 3 renames members, so that `projectId` always means the source's and `replicaProjectId` the replica's. */
function toVersion3(record: Json): Json {
  const predecessor = (value: Json): Json => renamed(value, REPLICA_ID);
  const naming = (value: Json): Json => {
    const { predecessor: older, ...others } = renamed(value, { aside: 'predecessor', asideAt: 'predecessorRenamedAt' });
    return { ...others, predecessor: change(older, predecessor) };
  };
  const run = (value: Json): Json => ({ ...renamed(value, REPLICA_ID), naming: change(value['naming'], naming) });
  const generation = (value: Json): Json => renamed(value, { ...REPLICA_ID, unconfirmed: 'foundPublished' });
  return {
    ...record,
    schemaVersion: 3,
    generations: map(record['generations'], generation),
    run: change(record['run'], run),
  };
}

/** Each migration, by the version of the records that it reads. */
const MIGRATIONS: ReadonlyMap<unknown, (record: Json) => Json> = new Map([
  [1, toVersion2],
  [2, toVersion3],
]);

/**
 * A stored record in the shape of today's version. Anything that is no record, or of a later version, is returned as it
 * is, so that the schema refuses it.
 */
export function migrateRecord(stored: unknown): unknown {
  let record = stored;
  for (;;) {
    const migrate = isObject(record) ? MIGRATIONS.get(record['schemaVersion']) : undefined;
    if (migrate === undefined || !isObject(record)) return record;
    record = migrate(record);
  }
}
