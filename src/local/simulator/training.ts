import { learn } from './models.ts';
import { badRequest } from './service-error.ts';
import type { Ending, StoredIteration, StoredProject } from './state.ts';
import { SUCCEEDS } from './state.ts';
import { notify } from './storage-uris.ts';
import type { World } from './world.ts';
import { runLater } from './world.ts';

export interface Training {
  readonly trainingType?: StoredIteration['trainingType'] | undefined;
  readonly reservedBudgetInHours?: number | undefined;
  /** Train even where nothing changed since the last time. */
  readonly force?: boolean | undefined;
  readonly ending?: Ending | undefined;
}

/** Begins a training: a new iteration that completes, or fails, on the simulator's clock, and then notifies. */
export function train(world: World, project: StoredProject, training: Training = {}): StoredIteration {
  refuseTraining(world, project, training.force === true);
  const iteration = newIteration(world, project, {
    status: 'Training',
    trainingType: training.trainingType ?? 'Regular',
    reservedBudgetInHours: training.reservedBudgetInHours ?? 0,
  });
  const ending = training.ending ?? SUCCEEDS;
  if (ending.kind !== 'never') {
    const status = ending.kind === 'fails' ? 'Failed' : 'Completed';
    runLater(world, world.delays.trainingInSeconds * 1000, `Training of ${iteration.id}`, () =>
      endTraining(world, project, iteration, status),
    );
  }
  return iteration;
}

/** Adds an iteration under the next free name `Iteration N`. */
export function newIteration(
  world: World,
  project: StoredProject,
  given: Pick<StoredIteration, 'status'> & Partial<StoredIteration>,
): StoredIteration {
  refuseAtIterationLimit(world, project);
  const now = world.clock.now();
  const iteration: StoredIteration = {
    id: world.newId(),
    name: nextName(project),
    created: now,
    lastModified: now,
    trainedAt: given.status === 'Completed' ? now : null,
    domainId: project.domainId,
    classificationType: project.classificationType,
    trainingType: 'Regular',
    reservedBudgetInHours: 0,
    contentVersion: project.contentVersion,
    publishName: null,
    published: false,
    originalPublishResourceId: null,
    publishedTo: null,
    exports: [],
    model: learn(project),
    ...given,
  };
  project.iterations.set(iteration.id, iteration);
  project.lastModified = now;
  return iteration;
}

export function isTraining(project: StoredProject): boolean {
  return [...project.iterations.values()].some((iteration) => iteration.status === 'Training');
}

async function endTraining(
  world: World,
  project: StoredProject,
  iteration: StoredIteration,
  status: 'Completed' | 'Failed',
): Promise<void> {
  const stillThere = world.projects.get(project.id)?.iterations.has(iteration.id) === true;
  if (!stillThere || iteration.status !== 'Training') return;
  const now = world.clock.now();
  iteration.status = status;
  iteration.lastModified = now;
  iteration.trainedAt = status === 'Completed' ? now : null;
  project.lastModified = now;
  await notify(world, project, {
    type: 'Training',
    content: { projectId: project.id, iterationId: iteration.id, trainingStatus: `Training${status}` },
  });
}

function refuseTraining(world: World, project: StoredProject, force: boolean): void {
  if (isTraining(project)) {
    throw badRequest('BadRequestTrainingAlreadyInProgress', 'The project is being trained already.');
  }
  const tagged = [...project.images.values()].some((image) => image.tags.size > 0);
  if (!tagged) throw badRequest('BadRequestTrainingValidationFailed', 'There are no tagged images to train with.');
  const unchanged = [...project.iterations.values()].some(
    (iteration) =>
      iteration.status === 'Completed' &&
      iteration.contentVersion === project.contentVersion &&
      iteration.domainId === project.domainId,
  );
  if (unchanged && !force) {
    throw badRequest('BadRequestTrainingNotNeeded', 'Nothing changed since the last training.');
  }
  refuseAtIterationLimit(world, project);
}

function refuseAtIterationLimit(world: World, project: StoredProject): void {
  if (project.iterations.size < world.limits.iterationsPerProject) return;
  const message = `A project holds at most ${world.limits.iterationsPerProject} iterations.`;
  throw badRequest('BadRequestExceedIterationPerProjectLimit', message);
}

function nextName(project: StoredProject): string {
  const names = new Set([...project.iterations.values()].map((iteration) => iteration.name));
  let number = project.iterations.size + 1;
  while (names.has(`Iteration ${number}`)) number += 1;
  return `Iteration ${number}`;
}
