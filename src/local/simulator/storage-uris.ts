import { ServiceError } from './service-error.ts';
import type { StoredProject } from './state.ts';
import type { Notification } from './storage.ts';
import type { World } from './world.ts';

/** The two URIs by which a project writes into its owner's storage account; null is not set. */
export interface StorageUris {
  readonly exportModelContainerUri: string | null;
  readonly notificationQueueUri: string | null;
}

/**
 * Proves that the resource may write there, as the service does whenever the URIs are given: a temporary blob in a
 * folder of its own, and a ConnectionTest message. Refuses with `BadRequestInvalidUri` what can't be written to.
 */
export async function testStorageUris(world: World, projectId: string, uris: StorageUris, version: string) {
  const { exportModelContainerUri: container, notificationQueueUri: queue } = uris;
  for (const uri of [container, queue]) if (uri !== null) checkPlainUri(uri, version);
  if (!world.storage.connected) return;
  try {
    if (container !== null) await testContainer(world, container);
    if (queue !== null) await world.storage.post(queue, { type: 'ConnectionTest', content: { projectId } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidUri(`The resource can't write to the given storage: ${reason}`, version);
  }
}

/** Posts to the project's queue where it has one. A lost notification is a problem, never an error of the caller. */
export async function notify(world: World, project: StoredProject, notification: Notification): Promise<void> {
  const queue = project.notificationQueueUri;
  if (queue === null) return;
  try {
    await world.storage.post(queue, notification);
  } catch (error) {
    if (world.closing.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    world.problems.add(`The ${notification.type} notification of project ${project.id} was not posted: ${reason}`);
  }
}

async function testContainer(world: World, container: string): Promise<void> {
  const name = `CustomVision-TestPermission/${world.newId()}`;
  await world.storage.write(container, name, Buffer.from('permission test'));
  await world.storage.remove(container, name);
}

function checkPlainUri(uri: string, version: string): void {
  const parsed = URL.canParse(uri) ? new URL(uri) : null;
  const plain = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.pathname.length > 1 && !parsed.search;
  if (!plain) throw invalidUri('Expected the plain URL of a queue or a container, without a signature.', version);
}

/** v3.3 has no code of its own for it. */
function invalidUri(message: string, version: string): ServiceError {
  return new ServiceError(400, version === 'v3.3' ? 'BadRequest' : 'BadRequestInvalidUri', message);
}
