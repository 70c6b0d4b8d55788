import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Observation } from '../core/facts/model.ts';
import type { Content, LabelDigests } from '../core/content/revision.ts';
import type { Verdict } from '../core/content/reading.ts';
import { IMAGES_PER_PAGE, Reading, readingOf } from '../core/content/reading.ts';
import type { StoredReading } from '../core/facts/reading.ts';
import type { ProjectReader } from './ports/custom-vision.ts';
import type { Document, ReadingSide, RecordStore } from './ports/storage.ts';
import type { Clock } from './ports/surroundings.ts';

/** A reading that takes longer is stored now and then, so that a process that is killed loses no more than this. */
const STORED_EVERY_IN_SECONDS = 60;

/** The code of the failure that the project was changed again and again while it was read. */
export const KEEPS_CHANGING = 'CONTENT_KEEPS_CHANGING';

/** Thrown where a reading has not come to its end, and is no failure. */
export class ReadingEnds extends Error {
  override readonly name = 'ReadingEnds';
  /** `out-of-time`: it goes on in the next invocation. `changed`: the project is to be looked at anew. */
  readonly because: 'out-of-time' | 'changed';

  constructor(because: ReadingEnds['because']) {
    super(`The reading of labels ends: ${because}.`);
    this.because = because;
  }
}

interface ReaderDependencies {
  readonly source: ProjectReader;
  readonly target: ProjectReader;
  readonly store: Pick<RecordStore, 'reading'>;
  readonly clock: Clock;
}

interface Opened {
  readonly reading: Reading;
  readonly document: Document<StoredReading>;
  etag: string | null;
  /** What the document holds: something to go on from, or to be cleared away. */
  isStored: boolean;
  storedAt: number;
}

/**
 * Reads the labels of one source project, or of its copies, for one invocation. What does not fit into its time is
 * stored and gone on with by the next one; so is what is read already while the other side is still to be read.
 */
export class ContentReader {
  readonly #deps: ReaderDependencies;
  readonly #sourceProjectId: string;
  readonly #until: number;
  readonly #signal: AbortSignal;
  readonly #opened = new Map<ReadingSide, Opened>();

  /** @param until when the invocation is to go on in another; at least one page is read whatever it says. */
  constructor(deps: ReaderDependencies, sourceProjectId: string, until: Date, signal: AbortSignal) {
    this.#deps = deps;
    this.#sourceProjectId = sourceProjectId;
    this.#until = until.getTime();
    this.#signal = signal;
  }

  /**
   * Every label of the project of that very look.
   *
   * @param held what the labels were when they were last read: other ones are believed only after a second reading that
   *   agrees; null where nothing rests on the difference
   * @throws {ReadingEnds} where it goes on later, or the project has to be looked at anew
   * @throws {ReplicationFailure} `CONTENT_KEEPS_CHANGING` or `CONTENT_INCOMPLETE`, after some readings in vain
   */
  async read(side: ReadingSide, observation: Observation, held: LabelDigests | null): Promise<Content> {
    const opened = await this.#open(side);
    const { reading } = opened;
    const done = reading.doneOf(readingOf(observation), held);
    if (done !== null) return done;
    const beganAt = this.#now();
    if (reading.open(readingOf(observation), observation.observedAt) === 'keeps-changing') {
      return this.#giveUp(opened, 'keeps-changing', observation);
    }
    opened.storedAt = beganAt;
    try {
      const content = await this.#readPages(side, opened, observation, held);
      // Read quickly, it is read again as quickly, should the invocation end before all else is read.
      if (opened.isStored || this.#now() - beganAt > STORED_EVERY_IN_SECONDS * 1_000) await this.#store(opened);
      return content;
    } catch (error) {
      await this.#keep(opened, beganAt);
      throw error;
    }
  }

  async #open(side: ReadingSide): Promise<Opened> {
    const known = this.#opened.get(side);
    if (known !== undefined) return known;
    const document = this.#deps.store.reading(this.#sourceProjectId, side);
    const stored = await document.read(this.#signal);
    const isStored = stored !== null && (stored.value.pages !== null || stored.value.done !== null);
    const opened: Opened = {
      reading: new Reading(stored?.value),
      document,
      etag: stored?.etag ?? null,
      isStored,
      storedAt: this.#now(),
    };
    this.#opened.set(side, opened);
    return opened;
  }

  async #readPages(
    side: ReadingSide,
    opened: Opened,
    observation: Observation,
    held: LabelDigests | null,
  ): Promise<Content> {
    const { reading } = opened;
    const projectId = observation.project.id;
    for (;;) {
      const page = { skip: reading.skip, take: IMAGES_PER_PAGE };
      if (reading.add(await this.#deps[side].getImages(projectId, page, this.#signal))) {
        const after = await this.#look(side, projectId);
        const verdict = reading.conclude(after, held, this.#deps.clock.now().toISOString());
        if (verdict.kind === 'done') return verdict.content;
        if (verdict.kind === 'changed') throw new ReadingEnds('changed');
        if (verdict.kind === 'given-up') return await this.#giveUp(opened, verdict.because, observation);
      }
      if (this.#now() >= this.#until) throw new ReadingEnds('out-of-time');
      if (this.#now() - opened.storedAt >= STORED_EVERY_IN_SECONDS * 1_000) await this.#store(opened);
    }
  }

  async #look(side: ReadingSide, projectId: string) {
    const [project, imageCount] = await Promise.all([
      this.#deps[side].getProject(projectId, this.#signal),
      this.#deps[side].getImageCount(projectId, this.#signal),
    ]);
    return readingOf({ project, imageCount });
  }

  /** What was read is worth keeping also where a call failed: the next attempt goes on from there. */
  async #keep(opened: Opened, beganAt: number): Promise<void> {
    const isLong = this.#now() - beganAt > STORED_EVERY_IN_SECONDS * 1_000 || this.#now() >= this.#until;
    if (this.#signal.aborted || !(isLong || opened.isStored)) return;
    await this.#store(opened);
  }

  async #giveUp(
    opened: Opened,
    because: Extract<Verdict, { kind: 'given-up' }>['because'],
    { project, imageCount }: Observation,
  ): Promise<never> {
    if (opened.isStored) await this.#store(opened);
    const keepsChanging = because === 'keeps-changing';
    throw new ReplicationFailure(
      keepsChanging
        ? `The project ${project.name} kept changing while its labels were read.`
        : `Of the ${imageCount} images of ${project.name} the service did not show all, however often it was asked.`,
      {
        class: 'wait',
        code: keepsChanging ? KEEPS_CHANGING : 'CONTENT_INCOMPLETE',
        hint: 'Nothing has to be done: they are read again, and until then nothing is concluded from them.',
      },
    );
  }

  /** What was read has been made use of, or no longer counts: the next look reads anew. */
  async forget(): Promise<void> {
    for (const opened of this.#opened.values()) {
      opened.reading.forget();
      if (opened.isStored) await this.#store(opened);
      opened.isStored = false;
    }
  }

  async #store(opened: Opened): Promise<void> {
    const stored = await opened.document.write(opened.reading.toStored(), opened.etag, this.#signal);
    opened.etag = stored.etag;
    opened.isStored = true;
    opened.storedAt = this.#now();
  }

  #now(): number {
    return this.#deps.clock.now().getTime();
  }
}
