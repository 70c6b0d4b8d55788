import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite, type Azurite } from '../azurite.ts';
import { startSimulator, type Simulator } from '../simulator/index.ts';
import { MODEL_EXPORT_CONTAINER, NOTIFICATION_QUEUE, predictionResourceId } from './host-environment.ts';
import { isListening } from './port.ts';
import { openPrimary, type Primary, type Surroundings } from './primary.ts';

/** What the app works on: storage, and a resource in each of two regions. */
export interface Stage {
  readonly azurite: Azurite;
  readonly primary: Simulator;
  /** The primary as its owner works on it. */
  readonly owned: Primary;
  readonly secondary: Simulator;
  /** What projects of the primary are given. */
  readonly surroundings: Surroundings;
}

/** Long enough to be watched, short enough not to be waited for. */
const IMPORT_IN_SECONDS = 4;
const TRAINING_IN_SECONDS = 20;
/** What the service allows. */
const CALLS_PER_SECOND = 10;
/** Leaves most of that to the app. */
const OWNER_CALLS_PER_SECOND = 5;

/**
 * Sets a stage up, has it used and takes it down again, however that ends. At a speed of 2 all that the resources do
 * takes half the time, and they allow twice the calls. `onProblem` is told of what fails in their background.
 */
export async function withStage<T>(
  speed: number,
  onProblem: (resource: string, problem: string) => void,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const closers: (() => Promise<void>)[] = [];
  try {
    const azurite = await startAzurite();
    closers.push(() => azurite.stop());
    const open = async (name: string): Promise<Simulator> => {
      const simulator = await startSimulator({
        name,
        delays: { importInSeconds: IMPORT_IN_SECONDS / speed, trainingInSeconds: TRAINING_IN_SECONDS / speed },
        limits: { callsPerSecond: CALLS_PER_SECOND * speed },
        predictionResources: [predictionResourceId(`${name}-prediction`)],
        storageConnectionString: azurite.connectionString(),
        onProblem: (problem) => onProblem(name, problem),
      });
      closers.push(() => simulator.close());
      return simulator;
    };
    const [primary, secondary] = [await open('primary'), await open('secondary')];
    const owned = openPrimary(primary, OWNER_CALLS_PER_SECOND);
    closers.push(() => owned.client.close());
    return await use({ azurite, primary, owned, secondary, surroundings: await prepareStorage(azurite) });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Makes the queue and the container that Custom Vision writes to: their owner has them before any project names them. */
async function prepareStorage(azurite: Azurite): Promise<Surroundings> {
  const connectionString = azurite.connectionString();
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(NOTIFICATION_QUEUE);
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(MODEL_EXPORT_CONTAINER);
  await Promise.all([queue.createIfNotExists(), container.createIfNotExists()]);
  return {
    notificationQueueUri: queue.url,
    exportModelContainerUri: container.url,
    predictionResourceId: predictionResourceId('primary-prediction'),
  };
}

/** Throws where Azurite, which is a process of its own, is gone. */
export async function assertStorageIsThere(azurite: Pick<Azurite, 'blobUri'>): Promise<void> {
  if (!(await isListening(azurite.blobUri()))) throw new Error('Azurite, the storage of the demonstration, has ended.');
}
