import type { Answer } from '../../src/local/simulator/answers.ts';
import type { RoutingManifest } from '../../src/core/facts/routing.ts';
import { publishedNames, sizeOf, type Copy, type Truth } from './truth.ts';
import type { TwinCall, Watcher } from './twin-service.ts';

/** An invariant of the architecture was broken. */
export class Breach extends Error {
  override readonly name = 'Breach';
  readonly invariant: number;

  constructor(invariant: number, message: string) {
    super(`invariant ${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** What a person does may cross with what the app has just looked at, and is about to do. */
const CROSSING_IN_MS = 240_000;

/** What the checks have to know of the world, and cannot see in the twins. */
export interface Surroundings {
  readonly truth: Truth;
  readonly now: () => number;
  readonly routing: () => RoutingManifest | null;
  readonly predictionResourceId: string;
  readonly shrinkLimitInPercent: number;
  /** Ids of the secondary's projects. */
  readonly secondaryIds: () => ReadonlySet<string>;
  /** When a person last released a project of that id: what was pinned may go since. */
  readonly releasedAt: (sourceId: string) => number | null;
  readonly report: (breach: Breach) => void;
}

interface BeforeDelete {
  readonly copy: Copy;
  readonly wasThere: boolean;
  readonly wasComplete: boolean;
  readonly hadImages: number;
}

/** Looks at every effect on either resource, right before and right after it, by what is really there. */
export class EffectChecks implements Watcher {
  readonly #world: Surroundings;
  #idsBefore: ReadonlySet<string> = new Set();
  #deleting: BeforeDelete | null = null;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  before(call: TwinCall): void {
    this.#held(() => this.#before(call));
  }

  after(call: TwinCall, answer: Answer): void {
    this.#held(() => {
      if (answer.status >= 200 && answer.status < 300) this.#after(call, answer);
      this.checkStrangers(call.operation);
      this.checkRouting(call.operation);
    });
  }

  #held(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.#world.report(error);
    }
  }

  #before({ side, operation, projectId }: TwinCall): void {
    if (side === 'primary') {
      if (operation !== 'ExportProject') throw new Breach(4, `${operation} was sent to the primary`);
      return;
    }
    if (operation === 'ImportProject') {
      this.#idsBefore = this.#world.secondaryIds();
      return;
    }
    const { truth, now } = this.#world;
    const copy = truth.copies.get(projectId ?? '');
    const project = truth.replica(projectId ?? '');
    if (copy === undefined) {
      if (project !== undefined) throw new Breach(4, `${operation} was sent for ${projectId}, which is not ours`);
      return;
    }
    if (operation !== 'DeleteProject') return;
    const isTheirs = copy.takenAt !== null && !copy.isForgotten;
    if (isTheirs && now() - (copy.takenAt ?? 0) > CROSSING_IN_MS && project !== undefined) {
      throw new Breach(4, `${projectId} was to be deleted, which a person has made theirs`);
    }
    this.#deleting = {
      copy,
      wasThere: project !== undefined,
      wasComplete: truth.isComplete(projectId ?? ''),
      hadImages: project === undefined ? 0 : sizeOf(project).images,
    };
  }

  #after({ side, operation, projectId, query }: TwinCall, answer: Answer): void {
    const { truth } = this.#world;
    if (side === 'primary') {
      truth.noteExport((JSON.parse(answer.body.toString()) as { token: string }).token, projectId ?? '');
    } else if (operation === 'ImportProject') {
      const made = [...this.#world.secondaryIds()].filter((id) => !this.#idsBefore.has(id));
      truth.noteImport(query.get('token') ?? '', made);
    } else if (operation === 'PublishIteration') {
      truth.copies.get(projectId ?? '')?.ended.delete(query.get('publishName') ?? '');
    } else if (operation === 'DeleteProject' && this.#deleting !== null) {
      const deleted = this.#deleting;
      this.#deleting = null;
      this.#checkDeleted(projectId ?? '', deleted);
    }
  }

  /** The last good copy is never deleted, nor what a shrunken one can't stand for. */
  #checkDeleted(id: string, { copy, wasThere, wasComplete, hadImages }: BeforeDelete): void {
    if (!wasThere) return;
    const { truth } = this.#world;
    if (this.#world.routing()?.projects[copy.sourceId]?.secondary.projectId === id) {
      throw new Breach(2, `${id} was deleted while routing named it`);
    }
    if (!wasComplete || !copy.wasRouted) return;
    const left = truth.copiesOf(copy.sourceId).filter(([other, { wasRouted, isForgotten }]) => {
      // A person had added to it before its record was lost: since then that is all that anybody knows of it.
      const isGood = truth.isComplete(other) || (isForgotten && truth.replica(other) !== undefined);
      return other !== id && wasRouted && isGood;
    });
    if (left.length === 0) throw new Breach(1, `the last good copy (${id}) of ${copy.sourceId} was deleted`);
    // What a person has made theirs is kept with all that it holds: people in these worlds only ever add to it.
    const kept = truth
      .copiesOf(copy.sourceId)
      .filter(([other, { takenAt }]) => takenAt !== null && truth.replica(other));
    const most = Math.max(...[...left, ...kept].map(([, { size }]) => size.images));
    const lost = hadImages === 0 ? 0 : ((hadImages - most) / hadImages) * 100;
    // A release that came after the smaller copy lets the larger one go.
    const released = this.#world.releasedAt(copy.sourceId) ?? 0;
    const isReleased = left.some(([, { importedAt }]) => importedAt < released);
    if (lost > this.#world.shrinkLimitInPercent && !isReleased) {
      throw new Breach(1, `${id} (${hadImages} images) was deleted; the largest that is left has ${most}`);
    }
  }

  checkStrangers(what: string): void {
    const changed = this.#world.truth.changedStranger();
    if (changed !== null) throw new Breach(4, `${what} changed ${changed}, which is somebody else's`);
  }

  /** Routing names nothing but what is there, complete and published. */
  checkRouting(what: string): void {
    const { truth, predictionResourceId } = this.#world;
    for (const [sourceId, { secondary }] of Object.entries(this.#world.routing()?.projects ?? {})) {
      const { projectId, publishNames } = secondary;
      const copy = truth.copies.get(projectId);
      const words = `after ${what} routing of ${sourceId} names ${projectId}, which`;
      if (copy === undefined || copy.sourceId !== sourceId) throw new Breach(2, `${words} is no copy of it`);
      if (copy.isDeletedByPerson) continue;
      const project = truth.replica(projectId);
      if (project === undefined) throw new Breach(2, `${words} is deleted`);
      if (copy.takenAt === null && !truth.isComplete(projectId)) {
        throw new Breach(2, `${words} is not complete (${project.status})`);
      }
      copy.wasRouted = true;
      const published = publishedNames(project);
      const lacking = publishNames.filter(
        (name) => published[name]?.at !== predictionResourceId && !copy.ended.has(name),
      );
      if (lacking.length > 0) throw new Breach(2, `${words} is not published as ${lacking.join(', ')}`);
    }
  }
}
