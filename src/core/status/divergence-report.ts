import { changesInWords, contentsLeft, type KnownContents } from '../content/contents.ts';
import { currentGeneration, type ReplicaRecord } from '../facts/record.ts';

/** One thing in three columns, as text; null where it is not known. */
export interface DivergenceRow {
  readonly what: string;
  /** The copy as this app left it. */
  readonly copied: string | null;
  /** The source, by the last look at it. */
  readonly source: string | null;
  /** The copy, by the last look at it. */
  readonly copy: string | null;
}

/** What somebody did to the copy in use. */
export interface Divergence {
  /** When the look at the copy began. */
  readonly seenAt: string;
  readonly copiedAt: string;
  readonly sourceSeenAt: string | null;
  /** Each in a few words; empty where only what has no words is not the same. */
  readonly changes: readonly string[];
  readonly rows: readonly DivergenceRow[];
  /** Fingerprints, shortened: to tell two apart, and for no more. */
  readonly details: readonly DivergenceRow[];
}

/** Enough of a hash to tell two apart. */
const SHORT_IN_CHARACTERS = 11;

/** What somebody changed on the copy in use, while that is what keeps its project waiting; null where it is not, or not known. */
export function divergenceOf(record: ReplicaRecord): Divergence | null {
  const { copyFound: found, source, failure } = record;
  const current = currentGeneration(record);
  if (failure?.code !== 'REPLICA_CHANGED' || found === undefined || current === null) return null;
  if (found.replicaProjectId !== current.replicaProjectId) return null;
  const [copied, seen] = [contentsLeft(current), source?.contents ?? null];
  const row = (what: string, read: (contents: KnownContents) => string | number | null): DivergenceRow => {
    const text = (value: string | number | null): string | null => (value === null ? null : String(value));
    return { what, copied: text(read(copied)), source: seen && text(read(seen)), copy: text(read(found.contents)) };
  };
  return {
    seenAt: found.at,
    copiedAt: current.importedAt,
    sourceSeenAt: source?.observedAt ?? null,
    changes: changesInWords(copied, found.contents),
    rows: [
      { what: 'name', copied: current.name, source: source?.name ?? null, copy: found.contents.name },
      row('images', ({ images }) => images),
      row('tags', ({ tags, tagCount }) => (tags === null ? tagCount : listed(tags))),
      row('boxes', ({ regions }) => regions),
      row('iterations', ({ iterations }) => listed(iterations)),
    ],
    details: [
      short('revision', current.baseline.revision, source?.revision ?? null, found.revision),
      short('labels', current.baseline.digest, source?.digest ?? null, found.digest),
    ],
  };
}

function listed(all: readonly { readonly name: string }[]): string {
  return all.length === 0 ? 'none' : all.map(({ name }) => name).join(', ');
}

function short(what: string, ...hashes: readonly [string, string | null, string | null]): DivergenceRow {
  const [copied, source, copy] = hashes.map((hash) => hash?.slice(0, SHORT_IN_CHARACTERS) ?? null);
  return { what, copied: copied ?? null, source: source ?? null, copy: copy ?? null };
}
