import type { StoredProject } from '../simulator/index.ts';
import type { Status } from './app-calls.ts';

/** One project of the primary: what the app's status says of it, held against what both resources really hold. */
export interface Row {
  readonly id: string;
  readonly name: string;
  /** As in status; `unseen` where the app does not know the project yet. */
  readonly sync: string;
  /** Null where no copy was ever in sync. */
  readonly lagInSeconds: number | null;
  readonly copy: { readonly id: string; readonly name: string; readonly isVerified: boolean } | null;
  readonly images: { readonly source: number; readonly copy: number | null };
  /** Publish names on the secondary, sorted. */
  readonly publishedAs: readonly string[];
  readonly generations: number;
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string } | null;
  /** Why it does not count as protected, as a clause; null where it does. */
  readonly missing: string | null;
}

export type HeldProject = Pick<StoredProject, 'id' | 'name' | 'images' | 'iterations'>;

/** A row for each project of the primary, in its order. */
export function rowsOf(primary: readonly HeldProject[], secondary: readonly HeldProject[], status: Status): Row[] {
  return primary.map((source) => {
    const reported = status.projects.find(({ id }) => id === source.id);
    const replica = reported?.replica ?? null;
    const copy = secondary.find(({ id }) => id === replica?.projectId) ?? null;
    return {
      id: source.id,
      name: source.name,
      sync: reported?.sync ?? 'unseen',
      lagInSeconds: reported?.lagSeconds ?? null,
      copy: replica && { id: replica.projectId, name: replica.name, isVerified: replica.verifiedAt !== null },
      images: { source: source.images.size, copy: copy?.images.size ?? null },
      publishedAs: replica === null ? [] : [...replica.publishedAs].sort(),
      generations: reported?.generations ?? 0,
      failure: reported?.failure ?? null,
      missing: whatIsMissing(source, copy, reported),
    };
  });
}

function whatIsMissing(
  source: HeldProject,
  copy: HeldProject | null,
  reported: Status['projects'][number] | undefined,
): string | null {
  if (reported === undefined) return 'no sweep has seen it yet';
  const isTraining = [...source.iterations.values()].some(({ status }) => status === 'Training');
  if (isTraining) return 'it is being trained, and is copied once that is done';
  if (reported.replica === null) return 'it has no copy yet';
  if (copy === null) return 'the copy that status names is not on the secondary';
  if (reported.sync !== 'in-sync') return `its copy is not in sync: ${reported.sync}`;
  // What the app has not noticed yet is in no status: the two resources themselves are compared.
  if (copy.name !== source.name) return `its copy is still named ${copy.name}`;
  const differences = [
    lacking('images', source.images.size, copy.images.size),
    lacking('trained iterations', trainedIterations(source), trainedIterations(copy)),
  ].filter((difference) => difference !== null);
  if (differences.length > 0) return differences.join(', ');
  const published = publications(copy);
  const unpublished = publications(source).filter((publication) => !published.includes(publication));
  return unpublished.length === 0 ? null : `its copy is not published yet: ${unpublished.join(', ')}`;
}

function lacking(what: string, wanted: number, found: number): string | null {
  return wanted === found ? null : `its copy holds ${found} of ${wanted} ${what}`;
}

function trainedIterations({ iterations }: HeldProject): number {
  return [...iterations.values()].filter(({ status }) => status === 'Completed').length;
}

function publications({ iterations }: HeldProject): string[] {
  const published = [...iterations.values()].filter((iteration) => iteration.published);
  return published.map(({ name, publishName }) => `${name} as ${publishName ?? ''}`);
}
