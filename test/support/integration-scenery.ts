import type { Integration } from '../../src/core/facts/record.ts';
import type { ProjectSeed, StoredProject } from '../../src/local/simulator/index.ts';
import { FLOWERS } from './scenery.ts';
import { startWorld } from './started-world.ts';
import type { World, WorldOptions } from './world.ts';

/** What the app is told to give to each project. */
export const OUR_URIS = {
  exportModelContainerUri: 'https://store.blob.core.windows.net/model-exports',
  notificationQueueUri: 'https://store.queue.core.windows.net/custom-vision-notifications',
};
export const NO_URIS = { exportModelContainerUri: null, notificationQueueUri: null };

/** The service takes the URIs by no version of the API, and says nothing of it. */
export const TAKES_NO_URIS = { storageUrisOnV33: 'ignored', storageUrisByPatchOnV34: 'ignored' } as const;

/** Longer than a project has to be left alone before its storage URIs are written. */
export const QUIET_IN_SECONDS = 700;
export const DAY_IN_SECONDS = 86_400;

/** A world whose app gives projects their storage URIs. */
export function startIntegrating(options: WorldOptions = {}): Promise<World> {
  return startWorld({ ...options, policy: { integration: OUR_URIS, ...options.policy } });
}

/** A project of the primary that nobody has changed for a while. */
export async function aRestingProject(world: World, seed: Partial<ProjectSeed> = {}): Promise<StoredProject> {
  const project = await world.primary.resource.addProject({ ...FLOWERS, ...seed });
  await world.pass(QUIET_IN_SECONDS);
  return project;
}

export async function integrationOf(world: World, { id }: StoredProject): Promise<Integration | null> {
  return (await world.record(id)).integration;
}

export function urisOf({ exportModelContainerUri, notificationQueueUri }: StoredProject) {
  return { exportModelContainerUri, notificationQueueUri };
}

/** The versions of the API that source projects were written by. */
export function sourceWrites({ primary }: World): string[] {
  return primary.calls.of('UpdateProject').map(({ version }) => version);
}

/** A message of the service that it can write to a project's queue. */
export function connectionTest(projectId: string): string {
  return JSON.stringify({ version: '1.0', type: 'ConnectionTest', Content: { projectId } });
}
