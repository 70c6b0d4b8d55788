import type { Domain } from './domains.ts';
import { findDomain } from './domains.ts';
import { addImage, removeImages } from './images.ts';
import { exportModel } from './model-exports.ts';
import type { NewProject, ProjectChanges } from './projects.ts';
import { createProject, updateProject } from './projects.ts';
import type { Publication } from './publishing.ts';
import { publish, unpublish } from './publishing.ts';
import type { Box, Ending, StoredExport, StoredImage, StoredIteration, StoredProject, StoredTag } from './state.ts';
import type { NewTag } from './tags.ts';
import { createTag } from './tags.ts';
import type { Training } from './training.ts';
import { newIteration, train } from './training.ts';
import type { World } from './world.ts';
import { iterationOf, projectOf } from './world.ts';

export interface ProjectSeed extends Omit<NewProject, 'domainId'> {
  /** A domain's name, e.g. `General (compact)`; `General` by default. */
  readonly domain?: string;
  /** `Classification` by default. */
  readonly type?: Domain['type'];
  /** Tags, each with as many images of its own; in detection projects each image has one region. */
  readonly tags?: readonly (NewTag & { readonly images?: number })[];
  readonly untaggedImages?: number;
  readonly iterations?: readonly IterationSeed[];
}

export interface IterationSeed {
  readonly name?: string;
  readonly status?: 'Completed' | 'Failed';
  /** Published, where both are given. */
  readonly publishName?: string;
  readonly predictionId?: string;
}

export interface ImageSeed {
  /** Names of tags of the project. */
  readonly tags?: readonly string[];
  /** Boxes by name of tag. */
  readonly regions?: readonly (Omit<Box, 'tagId'> & { readonly tag: string })[];
  readonly width?: number;
  readonly height?: number;
}

/**
 * The resource from the inside: what a person would do in the portal, without HTTP, key or rate limit. The service's
 * rules hold all the same and refuse with a ServiceError. What it returns is the state itself.
 */
export class Resource {
  readonly #world: World;
  #imagesDrawn = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Oldest first. */
  get projects(): StoredProject[] {
    return [...this.#world.projects.values()];
  }

  project(projectId: string): StoredProject {
    return projectOf(this.#world, projectId);
  }

  /** The one project of this name; throws where there is none, or more than one. */
  projectNamed(name: string): StoredProject {
    const [project, ...others] = this.projects.filter((candidate) => candidate.name === name);
    if (project !== undefined && others.length === 0) return project;
    const names = this.projects.map((candidate) => candidate.name).join(', ');
    throw new Error(`Expected one project named "${name}". There are: ${names}.`);
  }

  iteration(projectId: string, iterationId: string): StoredIteration {
    return iterationOf(this.project(projectId), iterationId);
  }

  async addProject(seed: ProjectSeed): Promise<StoredProject> {
    const { domain: domainName = 'General', type = 'Classification' } = seed;
    const domain = findDomain(domainName, type);
    if (domain === undefined) throw new RangeError(`There is no domain "${domainName}" for ${type}.`);
    const project = await createProject(this.#world, { ...seed, domainId: domain.id });
    this.fillProject(project.id, seed);
    return project;
  }

  /** Gives a project that is there what a seed says it holds. */
  fillProject(projectId: string, seed: Pick<ProjectSeed, 'type' | 'tags' | 'untaggedImages' | 'iterations'>): void {
    const project = this.project(projectId);
    for (const { images = 0, ...tag } of seed.tags ?? []) {
      this.addTag(project.id, tag);
      const box = { tag: tag.name, left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
      this.addImages(project.id, images, seed.type === 'ObjectDetection' ? { regions: [box] } : { tags: [tag.name] });
    }
    this.addImages(project.id, seed.untaggedImages ?? 0);
    for (const iteration of seed.iterations ?? []) this.addIteration(project.id, iteration);
  }

  updateProject(projectId: string, changes: ProjectChanges): Promise<void> {
    return updateProject(this.#world, this.project(projectId), changes, 'v3.4-preview');
  }

  /** Takes a project away, published or not. */
  removeProject(projectId: string): void {
    this.#world.projects.delete(this.project(projectId).id);
  }

  addTag(projectId: string, tag: NewTag): StoredTag {
    return createTag(this.#world, this.project(projectId), tag);
  }

  /** Adds images, each with a picture of its own. */
  addImages(projectId: string, count: number, seed: ImageSeed = {}): StoredImage[] {
    const project = this.project(projectId);
    const tagId = (name: string): string => {
      const tag = [...project.tags.values()].find((candidate) => candidate.name === name);
      if (tag === undefined) throw new RangeError(`The project has no tag named "${name}".`);
      return tag.id;
    };
    return Array.from({ length: count }, () => {
      this.#imagesDrawn += 1;
      return addImage(this.#world, project, {
        width: seed.width ?? 640,
        height: seed.height ?? 480,
        content: { kind: 'drawn', seed: `${project.id}:${this.#imagesDrawn}` },
        tagIds: (seed.tags ?? []).map(tagId),
        regions: (seed.regions ?? []).map(({ tag, ...box }) => ({ ...box, tagId: tagId(tag) })),
      });
    });
  }

  removeImages(projectId: string, imageIds: Iterable<string>): void {
    removeImages(this.#world, this.project(projectId), imageIds);
  }

  /** Adds an iteration that is trained already, or failed to be. */
  addIteration(projectId: string, seed: IterationSeed = {}): StoredIteration {
    const project = this.project(projectId);
    const { name, status = 'Completed', publishName, predictionId } = seed;
    const iteration = newIteration(this.#world, project, { status, ...(name !== undefined && { name }) });
    if (publishName !== undefined && predictionId !== undefined) {
      publish(this.#world, project, iteration, { publishName, predictionId });
    }
    return iteration;
  }

  /** Begins a training, as TrainProject does. */
  train(projectId: string, training: Training = {}): StoredIteration {
    return train(this.#world, this.project(projectId), { force: true, ...training });
  }

  publish(projectId: string, iterationId: string, publication: Publication): void {
    publish(this.#world, this.project(projectId), this.iteration(projectId, iterationId), publication);
  }

  unpublish(projectId: string, iterationId: string): void {
    unpublish(this.#world, this.project(projectId), this.iteration(projectId, iterationId));
  }

  /** Begins a model export, as ExportIteration does. */
  exportModel(
    projectId: string,
    iterationId: string,
    target: { readonly platform: string; readonly flavor?: string | null },
    ending?: Ending,
  ): StoredExport {
    const { platform, flavor = null } = target;
    const iteration = this.iteration(projectId, iterationId);
    return exportModel(this.#world, this.project(projectId), iteration, { platform, flavor }, 'v3.4-preview', ending);
  }

  /** Turns the read-only mode of the whole resource, or of one project, on or off. */
  setDrMode(on: boolean, projectId?: string): void {
    if (projectId === undefined) this.#world.drMode = on;
    else this.project(projectId).drMode = on;
  }
}
