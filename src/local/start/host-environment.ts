import type { Azurite } from '../azurite.ts';
import type { Simulator } from '../simulator/index.ts';

export const NOTIFICATION_QUEUE = 'custom-vision-notifications';
export const MODEL_EXPORT_CONTAINER = 'model-exports';

/** What any process needs of its surroundings. All else stays behind, the developer's own app settings above all. */
const PASSED_ON = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'windir', 'LANG', 'TZ'];

type Environment = Readonly<Record<string, string | undefined>>;

/** The ARM id of a made-up prediction resource. */
export function predictionResourceId(account: string): string {
  const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
  return `${subscription}/resourceGroups/demo/providers/Microsoft.CognitiveServices/accounts/${account}`;
}

export interface Backend {
  readonly azurite: Pick<Azurite, 'connectionString'>;
  readonly primary: Pick<Simulator, 'url' | 'key'>;
  readonly secondary: Pick<Simulator, 'url' | 'key'>;
}

/** At the speed of the real service; it leaves a fifth of what the service allows to others. */
const CALLS_PER_SECOND = 8;

/** The function host's whole environment: the app's settings, pointing at nothing outside this machine. */
export function hostEnvironment(
  { azurite, primary, secondary }: Backend,
  speed: number,
  surroundings: Environment,
): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = surroundings[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passedOn),
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
    CALLS_PER_SECOND: String(CALLS_PER_SECOND * speed),
  };
}
