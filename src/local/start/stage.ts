import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { OPTIONS } from '../../settings/settings.ts';
import { startAzurite, type Azurite } from '../azurite.ts';
import { startSimulator, type Simulator } from '../simulator/index.ts';
import { startHost, type HostOptions } from './host.ts';
import { IN_TRAINING, predictionResourceId, SEEDED_PROJECTS } from './projects.ts';

/** Everything that the demo runs. */
export interface Stage {
  readonly azurite: Azurite;
  readonly primary: Simulator;
  readonly secondary: Simulator;
  /** Where the app answers. */
  readonly appUrl: string;
}

/** `port` is the app's; the simulators take the two after it, or any that are free where it is 0. */
export interface StageOptions extends HostOptions {
  /** How many times as fast as usual the simulated resources are, and how many times as many calls they allow. */
  readonly speed: number;
  /** Told what fails in the background of a simulator. */
  readonly onProblem: (resource: string, problem: string) => void;
}

/** Long enough to be watched, short enough not to be waited for. */
const DELAYS_IN_SECONDS = { import: 4, training: 20 };
/** What the service allows; the app leaves a fifth of it to others. */
const CALLS_PER_SECOND = { allowed: 10, app: Number(OPTIONS.callsPerSecond.default) };
const NOTIFICATION_QUEUE = OPTIONS.notificationQueue.default;
const MODEL_EXPORT_CONTAINER = OPTIONS.modelExportContainer.default;

/** Starts everything, has it used and stops it again, however that ends. */
export async function withStage<T>(
  options: StageOptions,
  signal: AbortSignal,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const closers: (() => Promise<void>)[] = [];
  try {
    const azurite = await startAzurite({ onEnd: () => options.onEnd('Azurite, the storage of the demo, has ended.') });
    closers.push(() => azurite.stop());
    const primary = await openSimulator('primary', 1, options, azurite);
    closers.push(() => primary.close());
    const secondary = await openSimulator('secondary', 2, options, azurite);
    closers.push(() => secondary.close());
    const storageUris = await prepareStorage(azurite);
    for (const seed of SEEDED_PROJECTS) await primary.resource.addProject({ ...seed, ...storageUris });
    primary.resource.train(primary.resource.projectNamed(IN_TRAINING).id);
    const settings = appSettings({ azurite, primary, secondary }, options.speed);
    const host = await startHost(options, settings, signal);
    closers.push(() => host.stop());
    return await use({ azurite, primary, secondary, appUrl: host.url });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function openSimulator(name: string, offset: number, options: StageOptions, azurite: Azurite): Promise<Simulator> {
  const { port, speed, onProblem } = options;
  return startSimulator({
    name,
    port: port === 0 ? 0 : port + offset,
    key: `${name}-key`,
    delays: {
      importInSeconds: DELAYS_IN_SECONDS.import / speed,
      trainingInSeconds: DELAYS_IN_SECONDS.training / speed,
    },
    limits: { callsPerSecond: CALLS_PER_SECOND.allowed * speed },
    predictionResources: [predictionResourceId(`${name}-prediction`)],
    storageConnectionString: azurite.connectionString(),
    onProblem: (problem) => onProblem(name, problem),
  });
}

/** Makes the queue and the container that Custom Vision writes to; to be given to each project of the primary. */
async function prepareStorage(azurite: Azurite) {
  const connectionString = azurite.connectionString();
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(NOTIFICATION_QUEUE);
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(MODEL_EXPORT_CONTAINER);
  await Promise.all([queue.createIfNotExists(), container.createIfNotExists()]);
  return { notificationQueueUri: queue.url, exportModelContainerUri: container.url };
}

export interface Backend {
  readonly azurite: Pick<Azurite, 'connectionString'>;
  readonly primary: Pick<Simulator, 'url' | 'key'>;
  readonly secondary: Pick<Simulator, 'url' | 'key'>;
}

/** The app's settings, pointing at nothing outside this machine. */
export function appSettings({ azurite, primary, secondary }: Backend, speed: number): Record<string, string> {
  return {
    AzureWebJobsStorage: azurite.connectionString(),
    REPLICATOR_STORAGE: azurite.connectionString(),
    PRIMARY_TRAINING_ENDPOINT: primary.url,
    PRIMARY_TRAINING_KEY: primary.key,
    PRIMARY_PREDICTION_ENDPOINT: 'https://primary-prediction.example',
    PRIMARY_PREDICTION_RESOURCE_ID: predictionResourceId('primary-prediction'),
    SECONDARY_TRAINING_ENDPOINT: secondary.url,
    SECONDARY_TRAINING_KEY: secondary.key,
    SECONDARY_PREDICTION_ENDPOINT: 'https://secondary-prediction.example',
    SECONDARY_PREDICTION_RESOURCE_ID: predictionResourceId('secondary-prediction'),
    NOTIFICATION_QUEUE,
    MODEL_EXPORT_CONTAINER,
    EXPORT_PLATFORMS: 'ONNX,TensorFlow:TensorFlowLite',
    // An edit raises no notification: the next sweep finds it, and nobody should have to wait long for that here.
    REPLICATION_SCHEDULE: '*/30 * * * * *',
    CALLS_PER_SECOND: String(CALLS_PER_SECOND.app * speed),
  };
}
