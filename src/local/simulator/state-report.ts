import type { StoredProject } from './state.ts';
import { iterationJson, projectJson, tagsJson } from './wire.ts';
import type { World } from './world.ts';

/** The whole resource as JSON, in the terms of v3.4-preview; images as a count. */
export function describeState(world: World): object {
  return {
    name: world.name,
    now: new Date(world.clock.now()).toISOString(),
    drMode: world.drMode,
    unknowns: world.switches,
    problems: world.problems.list,
    projects: [...world.projects.values()].map((project) => describeProject(world, project)),
  };
}

function describeProject(world: World, project: StoredProject): object {
  const images = [...project.images.values()];
  return {
    ...projectJson(world, project, 'v3.4-preview'),
    thumbnailUri: undefined,
    status: project.status,
    imageCount: images.length,
    regionCount: images.reduce((sum, image) => sum + image.regions.length, 0),
    tags: tagsJson(project),
    iterations: [...project.iterations.values()].map((iteration) => ({
      ...iterationJson(world, project, iteration, 'v3.4-preview'),
      published: iteration.published,
      exports: iteration.exports.map(({ platform, flavor, status }) => ({ platform, flavor, status })),
    })),
  };
}
