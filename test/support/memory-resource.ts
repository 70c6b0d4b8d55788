import { ReplicationFailure, type Executed, type FailureClass } from '../../src/core/facts/failure.ts';
import type { Image, Iteration, Observation, Project, ProjectExport } from '../../src/core/facts/model.ts';
import type { ProjectUpdate, ProjectWriter } from '../../src/replicator/ports/custom-vision.ts';
import { guid } from './builders.ts';
import type { ManualClock } from './manual-clock.ts';

/** A project and what it holds, open to change. */
export interface Held {
  project: Project;
  tags: Observation['tags'];
  iterations: Iteration[];
  images: Image[];
}

/** What becomes of the next import. */
export type ImportFate = 'succeeds' | 'reply is lost' | 'is lost' | 'is refused' | 'fails' | 'lacks an image';

/** What the two resources of one world share: time, ids, and the service's own storage of exports, by their token. */
export class MemoryService {
  readonly clock: ManualClock;
  readonly exports = new Map<string, Held>();
  #nextId: number;

  constructor(clock: ManualClock, nextId = 1_000) {
    this.clock = clock;
    this.#nextId = nextId;
  }

  newId(): string {
    return guid(this.#nextId++);
  }

  copy(clock: ManualClock): MemoryService {
    return new MemoryService(clock, this.#nextId);
  }
}

/**
 * One Custom Vision resource behind the replicator's own ports, without HTTP: it holds what it is told to hold, moves
 * `lastModified` as the service does, and refuses to delete what is published. Every call takes a second or none.
 */
export class MemoryResource implements ProjectWriter {
  readonly host: string;
  readonly storageApis = ['main'] as const;
  readonly projects = new Map<string, Held>();
  /** Of the imports to come, the next one first; those beyond succeed. */
  readonly fates: ImportFate[] = [];
  readonly #service: MemoryService;

  constructor(host: string, service: MemoryService) {
    this.host = host;
    this.#service = service;
  }

  /** The same projects, on another service: a change of the one is none of the other. */
  copy(service: MemoryService): MemoryResource {
    const other = new MemoryResource(this.host, service);
    for (const [id, held] of this.projects) other.projects.set(id, copyOf(held));
    return other;
  }

  /** Changes a project as the service would: what changed is not told, that something did is. */
  change(held: Held, project: Partial<Project> = {}): void {
    held.project = { ...held.project, lastModified: this.#now(), ...project };
  }

  getProjects(): Promise<Project[]> {
    return promised(() => [...this.projects.values()].map(({ project }) => project));
  }

  getProject(projectId: string): Promise<Project> {
    return promised(() => this.#held(projectId).project);
  }

  getTags(projectId: string): Promise<Held['tags'][number][]> {
    return promised(() => [...this.#held(projectId).tags]);
  }

  getIterations(projectId: string): Promise<Iteration[]> {
    return promised(() => [...this.#held(projectId).iterations]);
  }

  getImageCount(projectId: string): Promise<number> {
    return promised(() => this.#held(projectId).images.length);
  }

  getImages(projectId: string, { skip, take }: { skip: number; take: number }): Promise<Image[]> {
    return promised(() => this.#held(projectId).images.slice(skip, skip + take));
  }

  exportProject(projectId: string): Promise<ProjectExport> {
    return promised(() => {
      const held = this.#held(projectId);
      const token = `export-${this.#service.newId()}`;
      this.#service.exports.set(token, copyOf(held));
      const { images, iterations, tags } = held;
      const counts = { images: images.length, iterations: iterations.length, tags: tags.length, regions: 0 };
      return { token, counts, estimatedImportInSeconds: null };
    });
  }

  importProject(token: string, name: string): Promise<Project> {
    return promised(() => {
      const exported = this.#service.exports.get(token);
      if (exported === undefined) throw failure('refused', 'BadRequestInvalidImportToken', 'no');
      const fate = this.fates.shift() ?? 'succeeds';
      if (fate === 'is refused') throw failure('throttled', 'TOO_MANY_REQUESTS', 'no');
      if (fate === 'is lost') throw failure('transient', 'TIMED_OUT', 'unknown');
      const { project } = this.#add(exported, name, fate);
      if (fate === 'reply is lost') throw failure('transient', 'TIMED_OUT', 'unknown');
      return project;
    });
  }

  #add({ project: exported, tags, iterations, images }: Held, name: string, fate: ImportFate): Held {
    const newId = (): string => this.#service.newId();
    const status = fate === 'fails' ? 'Failed' : 'Succeeded';
    const now = this.#now();
    const held: Held = {
      project: { ...exported, id: newId(), name, status, drModeEnabled: false, created: now, lastModified: now },
      tags: tags.map((tag) => ({ ...tag, id: newId() })),
      iterations: iterations.map((iteration) => ({ ...iteration, id: newId(), publishName: null })),
      images: images.slice(fate === 'lacks an image' ? 1 : 0).map((image) => ({ ...image, id: newId() })),
    };
    this.projects.set(held.project.id, held);
    return held;
  }

  updateProject(projectId: string, { name, description, settings }: ProjectUpdate): Promise<Project> {
    return promised(() => {
      const held = this.#held(projectId);
      this.change(held, { name, description, settings });
      return held.project;
    });
  }

  updateStorageUris(projectId: string): Promise<Project> {
    return promised(() => {
      throw new Error(`Nothing here has storage URIs, and yet those of ${projectId} were written.`);
    });
  }

  publishIteration(
    projectId: string,
    iterationId: string,
    publishName: string,
    originalPublishResourceId: string,
  ): Promise<void> {
    return promised(() => {
      const held = this.#held(projectId);
      held.iterations = held.iterations.map((iteration) => {
        if (iteration.id === iterationId) return { ...iteration, publishName, originalPublishResourceId };
        return iteration.publishName === publishName ? { ...iteration, publishName: null } : iteration;
      });
      this.change(held);
    });
  }

  unpublishIteration(projectId: string, iterationId: string): Promise<void> {
    return promised(() => {
      const held = this.#held(projectId);
      held.iterations = held.iterations.map((iteration) =>
        iteration.id === iterationId ? { ...iteration, publishName: null } : iteration,
      );
      this.change(held);
    });
  }

  deleteProject(projectId: string): Promise<void> {
    return promised(() => {
      const published = this.projects.get(projectId)?.iterations.some(({ publishName }) => publishName !== null);
      if (published === true) throw failure('refused', 'BadRequestIterationIsPublished', 'no');
      this.projects.delete(projectId);
    });
  }

  #held(projectId: string): Held {
    const held = this.projects.get(projectId);
    if (held === undefined) throw failure('not-found', 'NotFoundProject', 'no');
    return held;
  }

  /** Each change has a time of its own. */
  #now(): string {
    this.#service.clock.advance(1);
    return this.#service.clock.now().toISOString();
  }
}

function copyOf(held: Held): Held {
  return { ...held, iterations: [...held.iterations], images: [...held.images] };
}

function failure(failureClass: FailureClass, code: string, executed: Executed): ReplicationFailure {
  return new ReplicationFailure(`The service answered ${code}.`, { class: failureClass, code, hint: '', executed });
}

function promised<T>(run: () => T): Promise<T> {
  return new Promise((resolve) => resolve(run()));
}
