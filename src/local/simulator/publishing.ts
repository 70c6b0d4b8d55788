import { badRequest } from './service-error.ts';
import type { StoredIteration, StoredProject } from './state.ts';
import type { World } from './world.ts';

export interface Publication {
  readonly publishName: string;
  /** Full ARM id of a prediction resource. */
  readonly predictionId: string;
  /** Take the name away from the iteration that has it. */
  readonly overwrite?: boolean;
}

const ARM_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.CognitiveServices\/accounts\/[^/]+$/i;

export function publish(
  world: World,
  project: StoredProject,
  iteration: StoredIteration,
  publication: Publication,
): void {
  const { publishName, predictionId, overwrite = false } = publication;
  if (iteration.status !== 'Completed') {
    throw badRequest('BadRequestIterationIsNotTrained', `${iteration.name} is not trained.`);
  }
  checkPublishName(world, publishName);
  checkPublishTarget(world, predictionId);
  const isAgain = overwrite && iteration.publishName === publishName;
  if (iteration.published && !(isAgain && world.unknowns.publishUnderOwnName === 'allowed')) {
    const message = `${iteration.name} is published as "${iteration.publishName ?? ''}".`;
    throw badRequest('BadRequestIterationIsPublished', message);
  }
  const holder = [...project.iterations.values()].find(
    (other) => other !== iteration && other.published && other.publishName === publishName,
  );
  if (holder !== undefined) {
    if (!overwrite) {
      throw badRequest('BadRequestInvalidPublishName', `"${publishName}" is the publish name of ${holder.name}.`);
    }
    withdraw(world, project, holder);
  }
  iteration.publishName = publishName;
  iteration.published = true;
  if (world.unknowns.publishedResourceShown !== 'first') iteration.originalPublishResourceId = predictionId;
  else iteration.originalPublishResourceId ??= predictionId;
  iteration.publishedTo = predictionId;
  touchPublished(world, project, iteration);
}

export function unpublish(world: World, project: StoredProject, iteration: StoredIteration): void {
  if (!iteration.published) {
    throw badRequest('BadRequestIterationNotPublished', `${iteration.name} is not published.`);
  }
  withdraw(world, project, iteration);
}

export function deleteIteration(world: World, project: StoredProject, iteration: StoredIteration): void {
  if (iteration.published) {
    throw badRequest('BadRequestIterationIsPublished', `Unpublish ${iteration.name} before deleting it.`);
  }
  project.iterations.delete(iteration.id);
  project.lastModified = world.clock.now();
}

export function renameIteration(world: World, project: StoredProject, iteration: StoredIteration, name: string): void {
  if (name.trim() === '') throw badRequest('BadRequestIterationName', "An iteration's name can't be empty.");
  if ([...project.iterations.values()].some((other) => other.name === name && other !== iteration)) {
    throw badRequest('BadRequestIterationNameNotUnique', `There is an iteration named "${name}".`);
  }
  iteration.name = name;
  iteration.lastModified = world.clock.now();
}

function withdraw(world: World, project: StoredProject, iteration: StoredIteration): void {
  iteration.publishName = null;
  iteration.published = false;
  iteration.publishedTo = null;
  touchPublished(world, project, iteration);
}

function touchPublished(world: World, project: StoredProject, iteration: StoredIteration): void {
  if (world.unknowns.publishBumpsLastModified === 'no') return;
  iteration.lastModified = world.clock.now();
  project.lastModified = iteration.lastModified;
}

function checkPublishName(world: World, name: string): void {
  const strict = world.unknowns.publishNameCharacters === 'letters-digits-hyphens';
  if (name.trim() === '' || (strict && !/^[a-z0-9-]+$/i.test(name))) {
    throw badRequest('BadRequestInvalidPublishName', `"${name}" can't be a publish name.`);
  }
}

function checkPublishTarget(world: World, predictionId: string): void {
  const accepted = world.predictionResources;
  const known = accepted === null || accepted.some((id) => id.toLowerCase() === predictionId.toLowerCase());
  if (!ARM_ID.test(predictionId) || !known) {
    const message = 'predictionId is not the full ARM id of a prediction resource that this resource can publish to.';
    throw badRequest('BadRequestInvalidPublishTarget', message);
  }
}
