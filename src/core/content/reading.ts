import type { Image, Observation } from '../facts/model.ts';
import type { ReadingOf, StoredReading } from '../facts/reading.ts';
import { newStoredReading } from '../facts/reading.ts';
import { ImageSet } from './image-set.ts';
import type { Content, LabelDigests } from './revision.ts';
import { comparableDigests } from './revision.ts';

/**
 * Reading the labels of all images of a project. Pages are no snapshot: the service promises no order between them, so
 * that one call may show an image again and another leave it out, and a project may change while it is read. So images
 * are told apart by their ids, and what was read counts only where it adds up.
 */

/** The most that the service gives in one page. */
export const IMAGES_PER_PAGE = 256;

/** So often the pages are gone through for images that are still lacking. */
const MOST_PASSES = 24;

/** So often a reading is begun again before the project is left alone for a while. */
const MOST_REPEATS = 4;

/** What is to be done after a pass. */
export type Verdict =
  /** The pages have to be gone through (again). */
  | { readonly kind: 'read-on' }
  /** The project changed while it was read: it has to be looked at anew. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'done'; readonly content: Content }
  /** It was begun again as often as is sensible. */
  | { readonly kind: 'given-up'; readonly because: 'keeps-changing' | 'incomplete' };

export function readingOf({ project, imageCount }: Pick<Observation, 'project' | 'imageCount'>): ReadingOf {
  return { projectId: project.id, lastModified: project.lastModified, imageCount };
}

function isSameReading(left: ReadingOf, right: ReadingOf): boolean {
  const isSameContent = left.lastModified === right.lastModified && left.imageCount === right.imageCount;
  return left.projectId === right.projectId && isSameContent;
}

interface Pages {
  readonly of: ReadingOf;
  readonly since: string;
  readonly images: ImageSet;
  readonly passes: number;
  readonly skip: number;
  readonly brought: number;
}

/** One project's labels being read, from the first page until two counts, or two readings, agree. */
export class Reading {
  #pages: Pages | null = null;
  #previous: Content | null = null;
  #repeats = 0;
  #done: StoredReading['done'] = null;

  constructor(stored: StoredReading = newStoredReading()) {
    const { pages, previous, repeats, done } = stored;
    this.#pages = pages === null ? null : { ...pages, images: ImageSet.from(pages.images) };
    [this.#previous, this.#repeats, this.#done] = [previous, repeats, done];
  }

  /** Goes on with what was read of that very content, or begins: `changed` where it was begun for another too often. */
  open(of: ReadingOf, now: string): 'open' | 'keeps-changing' {
    if (this.#pages !== null && isSameReading(this.#pages.of, of)) return 'open';
    if (this.#pages !== null && this.#pages.of.projectId === of.projectId) {
      this.#repeats += 1;
      this.#pages = null;
      if (this.#repeats > MOST_REPEATS) return this.#giveUp('keeps-changing').because as 'keeps-changing';
    } else if (this.#pages !== null) {
      this.#repeats = 0;
    }
    this.#previous = null;
    this.#begin(of, now);
    return 'open';
  }

  #begin(of: ReadingOf, since: string): void {
    this.#pages = { of, since, images: new ImageSet(), passes: 0, skip: 0, brought: 0 };
  }

  get skip(): number {
    return this.#opened.skip;
  }

  get #opened(): Pages {
    if (this.#pages === null) throw new Error('No reading is open.');
    return this.#pages;
  }

  /** Answers with whether the pass is over. */
  add(page: readonly Image[]): boolean {
    const pages = this.#opened;
    pages.images.add(page);
    const [skip, brought] = [pages.skip + IMAGES_PER_PAGE, pages.brought + page.length];
    this.#pages = { ...pages, skip, brought };
    return page.length < IMAGES_PER_PAGE;
  }

  /**
   * What the pages of one pass, and those before it, have shown.
   *
   * @param after the project as it was seen once the pass was over
   * @param held what the labels were before: only two readings that agree prove that they are others; null where
   *   nothing rests on that
   */
  conclude(after: ReadingOf, held: LabelDigests | null, now: string): Verdict {
    const { of, images, since, passes, brought } = this.#opened;
    if (!isSameReading(of, after)) return { kind: 'changed' };
    const isCounted = images.size === of.imageCount;
    // Each image once, and yet another number than GetImageCount's: a count of something else, or a chance.
    const isWhole = isCounted || images.size === brought;
    if (!isWhole) return this.#readOn(passes + 1);
    const content = { ...images.content(), readSince: since };
    const agrees = this.#previous?.labels === content.labels;
    if (agrees || (isCounted && !differs(held, content))) {
      this.#done = { of, content, agreed: agrees };
      [this.#pages, this.#previous, this.#repeats] = [null, null, 0];
      return { kind: 'done', content };
    }
    if (this.#previous !== null) this.#repeats += 1;
    if (this.#repeats > MOST_REPEATS) return this.#giveUp('keeps-changing');
    this.#previous = content;
    this.#begin(of, now);
    return { kind: 'read-on' };
  }

  /** Another pass brings what was left out: together they are whole once they hold as many images as there are. */
  #readOn(passes: number): Verdict {
    if (passes >= MOST_PASSES) return this.#giveUp('incomplete');
    const pages = this.#opened;
    // More than there are: some of them are gone, and nobody can tell which.
    const images = pages.images.size > pages.of.imageCount ? new ImageSet() : pages.images;
    this.#pages = { ...pages, images, passes, skip: 0, brought: 0 };
    return { kind: 'read-on' };
  }

  #giveUp(because: 'keeps-changing' | 'incomplete'): Extract<Verdict, { kind: 'given-up' }> {
    [this.#pages, this.#previous, this.#repeats] = [null, null, 0];
    return { kind: 'given-up', because };
  }

  /** What a reading of that very content has shown already; null where there is none, or it proves too little. */
  doneOf(of: ReadingOf, held: LabelDigests | null): Content | null {
    if (this.#done === null || !isSameReading(this.#done.of, of)) return null;
    const { content, agreed } = this.#done;
    return agreed || !differs(held, content) ? content : null;
  }

  /** Whoever asked has made use of it: what is read next is read anew. */
  forget(): void {
    [this.#pages, this.#previous, this.#repeats, this.#done] = [null, null, 0, null];
  }

  toStored(): StoredReading {
    const pages = this.#pages === null ? null : { ...this.#pages, images: this.#pages.images.toStored() };
    return { schemaVersion: 1, pages, previous: this.#previous, repeats: this.#repeats, done: this.#done };
  }
}

function differs(held: LabelDigests | null, content: Content): boolean {
  const digests = held === null ? null : comparableDigests(held, content);
  return digests !== null && digests.held !== digests.read;
}
