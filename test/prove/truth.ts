import type { StoredProject } from '../../src/local/simulator/state.ts';
import type { TwinService } from './twin-service.ts';

/**
 * What is really so, told by looking into the twins themselves: which content each source project had when, and which
 * copy holds what of it. Nothing here knows the product's records, or how it plans.
 */

/** Of what a project holds, all that a copy has to hold too; ids, times and names of iterations are none of it. */
export function contentKey(project: StoredProject): string {
  const tagNames = new Map([...project.tags.values()].map(({ id, name }) => [id, name]));
  const images = [...project.images.values()].map(({ width, height, tags, regions }) => {
    const nameOf = (id: string): string => tagNames.get(id) ?? '?';
    const boxes = regions.map(({ tagId, left, top }) => `${nameOf(tagId)}@${left.toFixed(3)},${top.toFixed(3)}`);
    return `${width}x${height} ${[...tags.keys()].map(nameOf).sort().join()} ${boxes.sort().join()}`;
  });
  const models = [...project.iterations.values()].filter(({ status }) => status === 'Completed');
  return JSON.stringify([
    [...project.tags.values()].map(({ name, type }) => `${name} ${type}`).sort(),
    images.sort(),
    models.map(({ model }) => model.learned).sort(),
  ]);
}

export interface Size {
  readonly images: number;
  readonly models: number;
}

export function sizeOf(project: StoredProject): Size {
  const models = [...project.iterations.values()].filter(({ status }) => status === 'Completed').length;
  return { images: project.images.size, models };
}

/** Where a project on the secondary comes from, and what people have done to it since. */
export interface Copy {
  readonly sourceId: string;
  readonly key: string;
  readonly size: Size;
  readonly importedAt: number;
  /** Routing has named it. */
  wasRouted: boolean;
  /** When a person last did something that makes it theirs; null where nobody did. */
  takenAt: number | null;
  /** All records were lost since, and with them what told the change from what the copy was before. */
  isForgotten: boolean;
  /** A person deleted it. */
  isDeletedByPerson: boolean;
  /** Publish names that a person ended, and nobody has given again since. */
  readonly ended: Set<string>;
  /** Since when it is not what a client could use; null where it is. */
  unusableSince: number | null;
}

/** By publish name: what the model behind it learned, and at which resource it answers. */
export type Published = Readonly<Record<string, { readonly learned: string; readonly at: string | null }>>;

export class Truth {
  /** By source id: each content that it had, and since when; the last is what it has. */
  readonly #contents = new Map<string, { readonly since: number; readonly key: string }[]>();
  /** By source id: what was published on it, and since when. */
  readonly #publications = new Map<string, { readonly since: number; readonly names: Published }[]>();
  /** By id on the secondary; what is gone stays here. */
  readonly copies = new Map<string, Copy>();
  readonly #tokens = new Map<string, Pick<Copy, 'sourceId' | 'key' | 'size'>>();
  readonly #strangers = new Map<string, string>();
  readonly #primary: TwinService;
  readonly #secondary: TwinService;
  readonly #now: () => number;

  constructor(primary: TwinService, secondary: TwinService, now: () => number) {
    this.#primary = primary;
    this.#secondary = secondary;
    this.#now = now;
  }

  /** Notes what the sources hold by now. */
  noteSources(): void {
    for (const project of this.#primary.world.projects.values()) {
      this.#notePublications(project);
      const contents = this.#contents.get(project.id) ?? [];
      const key = contentKey(project);
      if (contents.at(-1)?.key === key) continue;
      contents.push({ since: this.#now(), key });
      this.#contents.set(project.id, contents);
    }
  }

  #notePublications(project: StoredProject): void {
    const seen = this.#publications.get(project.id) ?? [];
    const names = publishedNames(project);
    if (seen.length > 0 && JSON.stringify(seen.at(-1)?.names) === JSON.stringify(names)) return;
    seen.push({ since: this.#now(), names });
    this.#publications.set(project.id, seen);
  }

  /** What was published on a source all through that time. */
  publishedThrough(sourceId: string, from: number, to: number): Published {
    const seen = this.#publications.get(sourceId) ?? [];
    const during = seen.filter(({ since }, index) => since <= to && (seen[index + 1]?.since ?? Infinity) >= from);
    const [first, ...others] = during;
    const names = Object.entries(first?.names ?? {}).filter(([name, { learned }]) =>
      others.every((other) => other.names[name]?.learned === learned),
    );
    return Object.fromEntries(names);
  }

  source(sourceId: string): StoredProject | undefined {
    return this.#primary.world.projects.get(sourceId);
  }

  replica(copyId: string): StoredProject | undefined {
    return this.#secondary.world.projects.get(copyId);
  }

  noteExport(token: string, sourceId: string): void {
    const source = this.source(sourceId);
    if (source === undefined) return;
    this.noteSources();
    this.#tokens.set(token, { sourceId, key: contentKey(source), size: sizeOf(source) });
  }

  /** Projects of these ids have come by an import with that token. */
  noteImport(token: string, ids: readonly string[]): void {
    const from = this.#tokens.get(token);
    if (from === undefined) throw new Error('An import was made with a token that nobody was given.');
    for (const id of ids) {
      this.copies.set(id, {
        ...from,
        importedAt: this.#now(),
        wasRouted: false,
        takenAt: null,
        isForgotten: false,
        isDeletedByPerson: false,
        ended: new Set(),
        unusableSince: null,
      });
    }
  }

  /** A project on the secondary that is none of ours; it has to stay as it is. */
  noteStranger(project: StoredProject): void {
    this.#strangers.set(project.id, textOf(project));
  }

  isStranger(id: string): boolean {
    return this.#strangers.has(id);
  }

  /** The first stranger that is not what it was, or is gone. */
  changedStranger(): string | null {
    for (const [id, text] of this.#strangers) {
      const project = this.replica(id);
      if (project === undefined || textOf(project) !== text) return id;
    }
    return null;
  }

  /** Whether it is there and holds all that was exported for it. */
  isComplete(id: string): boolean {
    const copy = this.copies.get(id);
    const project = this.replica(id);
    return (
      copy !== undefined && project !== undefined && project.status === 'Succeeded' && contentKey(project) === copy.key
    );
  }

  copiesOf(sourceId: string): [id: string, copy: Copy][] {
    return [...this.copies].filter(([, copy]) => copy.sourceId === sourceId);
  }

  /** How many seconds of the source's changes a copy lacks: 0 where it holds what the source holds by now. */
  realLagInSeconds(sourceId: string, copyId: string): number | null {
    const contents = this.#contents.get(sourceId);
    const copy = this.copies.get(copyId);
    if (contents === undefined || copy === undefined) return null;
    const at = contents.findLastIndex(({ key }) => key === copy.key);
    const next = contents[at + 1];
    if (at === -1 || next === undefined) return at === -1 ? null : 0;
    return (this.#now() - next.since) / 1_000;
  }
}

function textOf(project: StoredProject): string {
  return JSON.stringify([project.name, project.description, contentKey(project), publishedNames(project)]);
}

/** What really answers on a project. */
export function publishedNames(project: StoredProject): Published {
  const published = [...project.iterations.values()].filter((iteration) => iteration.published);
  return Object.fromEntries(
    published.map(({ publishName, model, publishedTo }) => [
      publishName ?? '',
      { learned: model.learned, at: publishedTo },
    ]),
  );
}
