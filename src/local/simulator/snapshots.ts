import type { StoredImage, StoredIteration, StoredProject, StoredTag } from './state.ts';

/** A project as it was when it was exported; what a token leads to. */
export interface Snapshot {
  readonly format: 'simulated-project-export-1';
  readonly project: Omit<StoredProject, 'tags' | 'images' | 'iterations'>;
  readonly tags: readonly StoredTag[];
  readonly images: readonly (Omit<StoredImage, 'tags'> & { readonly tags: readonly (readonly [string, number])[] })[];
  readonly iterations: readonly StoredIteration[];
}

interface Entry {
  readonly projectId: string;
  /** The snapshot's JSON, so that nothing that happens later can change it. */
  readonly text: string;
  used: boolean;
}

const KEPT = 200;

/** The snapshots behind the tokens that were handed out; the oldest go first. */
export class Snapshots {
  readonly #entries = new Map<string, Entry>();

  add(exportId: string, project: StoredProject): Snapshot {
    const snapshot = takeSnapshot(project);
    this.#entries.set(exportId, { projectId: project.id, text: JSON.stringify(snapshot), used: false });
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > KEPT && oldest.done !== true) this.#entries.delete(oldest.value);
    return snapshot;
  }

  get(exportId: string): Entry | undefined {
    return this.#entries.get(exportId);
  }
}

/** Only what is trained is exported; model exports and publications stay with the original. */
function takeSnapshot({ tags, images, iterations, ...project }: StoredProject): Snapshot {
  return {
    format: 'simulated-project-export-1',
    project,
    tags: [...tags.values()],
    images: [...images.values()].map((image) => ({ ...image, tags: [...image.tags] })),
    iterations: [...iterations.values()]
      .filter((iteration) => iteration.status === 'Completed')
      .map((iteration) => ({ ...iteration, exports: [] })),
  };
}

export function isSnapshot(value: unknown): value is Snapshot {
  return (
    typeof value === 'object' && value !== null && 'format' in value && value.format === 'simulated-project-export-1'
  );
}
