import type { Task } from '../steerable-time.ts';
import type { Clock } from './clock.ts';
import type { Delays, Limits } from './options.ts';
import { notFound, ServiceError } from './service-error.ts';
import type { Snapshots } from './snapshots.ts';
import type { StoredIteration, StoredProject } from './state.ts';
import type { Storage } from './storage.ts';
import type { WatchedUnknowns } from './unknowns.ts';

/** Everything that the rules of the service work on. */
export interface World extends WatchedUnknowns {
  readonly name: string;
  /** The simulator's own address; known once it listens. */
  url: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly limits: Limits;
  readonly delays: Delays;
  readonly predictionResources: readonly string[] | null;
  readonly storage: Storage;
  readonly snapshots: Snapshots;
  /** Signs the URLs that the simulator hands out. */
  readonly secret: string;
  /** By id, oldest first. */
  readonly projects: Map<string, StoredProject>;
  /** The whole resource is read-only. */
  drMode: boolean;
  readonly problems: Problems;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
  /** The JSON behind a token of a resource in this process, null where it is not valid; null: tokens are fetched by HTTP. */
  openExport: ((token: string) => string | null) | null;
}

const PROBLEMS_KEPT = 1000;

/** What failed in the background, where there was nobody to tell. */
export class Problems {
  readonly list: string[] = [];
  readonly #onProblem: ((problem: string) => void) | undefined;

  constructor(onProblem: ((problem: string) => void) | undefined) {
    this.#onProblem = onProblem;
  }

  add(problem: string): void {
    this.list.push(problem);
    if (this.list.length > PROBLEMS_KEPT) this.list.shift();
    this.#onProblem?.(problem);
  }
}

/** Runs a task later; what it throws becomes a problem named by `what`. */
export function runLater(world: World, delayInMs: number, what: string, task: Task): void {
  world.clock.schedule(delayInMs, async () => {
    try {
      await task();
    } catch (error) {
      if (world.closing.aborted) return;
      world.problems.add(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

export function projectOf(world: World, projectId: string): StoredProject {
  const project = world.projects.get(projectId.toLowerCase());
  if (project === undefined) throw notFound('NotFoundProject', `There is no project ${projectId}.`);
  return project;
}

export function iterationOf(project: StoredProject, iterationId: string): StoredIteration {
  const iteration = project.iterations.get(iterationId.toLowerCase());
  if (iteration === undefined) throw notFound('NotFoundIteration', `There is no iteration ${iterationId}.`);
  return iteration;
}

/** Throws the refusal of every write while the resource, or this project, is in disaster recovery mode. */
export function refuseInDrMode(world: World, project: StoredProject | undefined): void {
  if (world.drMode || project?.drMode === true) {
    throw new ServiceError(403, 'ForbiddenDRModeEnabled', 'Disaster recovery mode is on: this is read-only for now.');
  }
}

/** An edit of tags or images took place. */
export function touchContent(world: World, project: StoredProject): void {
  project.contentVersion += 1;
  if (world.unknowns.editsBumpLastModified === 'yes') project.lastModified = world.clock.now();
}
