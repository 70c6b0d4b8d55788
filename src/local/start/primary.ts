import { setTimeout as sleep } from 'node:timers/promises';
import { CustomVisionClient } from '../../customvision/client.ts';
import { OPTIONS } from '../../settings/settings.ts';
import type { Resource, Simulator, StoredProject } from '../simulator/index.ts';
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

/** The simulated primary: as its owner's programs reach it, and from the inside. */
export interface Primary {
  readonly client: CustomVisionClient;
  readonly resource: Resource;
}

/** The client's time is real time, whatever the clock of the simulator is. */
export function openPrimary({ url, key, resource }: Simulator, callsPerSecond: number): Primary {
  const client = new CustomVisionClient({
    apiVersion: OPTIONS.apiVersion.default,
    storageIntegrationApiVersion: OPTIONS.storageIntegrationApiVersion.default,
    endpoint: url,
    authorization: { kind: 'key', key },
    callsPerSecond,
    timing: {
      now: () => new Date(),
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
      random: () => Math.random(),
    },
  });
  return { client, resource };
}

/**
 * Makes a project on the primary, as its owner's program would: with CreateProject, which is given both storage URIs.
 * What it holds is put in from the inside.
 */
export async function createProject(
  { client, resource }: Primary,
  project: DemoProject,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<StoredProject> {
  const { iterations = [], trainsNow, ...seed } = project;
  const { predictionResourceId: predictionId, ...storageUris } = surroundings;
  const { name, description = '', domain = 'General', type = 'Classification' } = seed;
  const domains = await client.getDomains(signal);
  const { id } = await client.createProject(
    {
      name,
      description,
      domainId: domains.find((candidate) => candidate.name === domain && candidate.type === type)?.id ?? null,
      classificationType: type === 'ObjectDetection' ? null : (seed.classificationType ?? null),
      targetExportPlatforms: seed.targetExportPlatforms ?? [],
      ...storageUris,
    },
    signal,
  );
  resource.fillProject(id, { ...seed, iterations: iterations.map((iteration) => ({ ...iteration, predictionId })) });
  if (trainsNow) resource.train(id);
  return resource.project(id);
}

/** Does to the primary what a change says. */
export async function makeChange(
  primary: Primary,
  change: Change,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { resource } = primary;
  switch (change.kind) {
    case 'create':
      await createProject(primary, change.project, surroundings, signal);
      return;
    case 'train':
      resource.train(change.projectId);
      return;
    case 'label':
      label(resource, change);
      return;
    case 'rename':
      await resource.updateProject(change.projectId, { name: change.to });
      return;
    case 'publish': {
      const { predictionResourceId: predictionId } = surroundings;
      const publication = { publishName: PUBLISH_NAME, predictionId, overwrite: true };
      resource.publish(change.projectId, change.iterationId, publication);
    }
  }
}

function label(resource: Resource, { projectId, tag, images }: Change & { kind: 'label' }): void {
  const isDetection = resource.project(projectId).classificationType === null;
  const box = { tag, left: 0.25, top: 0.3, width: 0.4, height: 0.35 };
  resource.addImages(projectId, images, isDetection ? { regions: [box] } : { tags: [tag] });
}
