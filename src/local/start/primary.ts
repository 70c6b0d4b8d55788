import type { Resource, StoredProject } from '../simulator/index.ts';
import type { DemoProject } from './catalogue.ts';
import { PUBLISH_NAME, type Change } from './life.ts';

/** What every project of the demonstration is given. */
export interface Surroundings {
  /** Plain URL of the queue that trainings are told to. */
  readonly notificationQueueUri: string;
  /** Plain URL of the container for exported models. */
  readonly exportModelContainerUri: string;
  /** ARM id of the prediction resource that models are published to. */
  readonly predictionResourceId: string;
}

/** Makes a project on the primary, as a person would in the portal. */
export async function createProject(
  primary: Resource,
  project: DemoProject,
  surroundings: Surroundings,
): Promise<StoredProject> {
  const { iterations = [], trainsNow, ...seed } = project;
  const { predictionResourceId: predictionId, ...storageUris } = surroundings;
  const created = await primary.addProject({
    ...seed,
    ...storageUris,
    iterations: iterations.map((iteration) => ({ ...iteration, predictionId })),
  });
  if (trainsNow) primary.train(created.id);
  return created;
}

/** Does to the primary what a change says. */
export async function makeChange(primary: Resource, change: Change, surroundings: Surroundings): Promise<void> {
  switch (change.kind) {
    case 'create':
      await createProject(primary, change.project, surroundings);
      return;
    case 'train':
      primary.train(change.projectId);
      return;
    case 'label':
      label(primary, change);
      return;
    case 'rename':
      await primary.updateProject(change.projectId, { name: change.to });
      return;
    case 'publish': {
      const { predictionResourceId: predictionId } = surroundings;
      const publication = { publishName: PUBLISH_NAME, predictionId, overwrite: true };
      primary.publish(change.projectId, change.iterationId, publication);
    }
  }
}

function label(primary: Resource, { projectId, tag, images }: Change & { kind: 'label' }): void {
  const isDetection = primary.project(projectId).classificationType === null;
  const box = { tag, left: 0.25, top: 0.3, width: 0.4, height: 0.35 };
  primary.addImages(projectId, images, isDetection ? { regions: [box] } : { tags: [tag] });
}
