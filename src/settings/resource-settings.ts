import { endpoint, predictionResourceId, trainingKey } from './formats.ts';
import type { Setting } from './setting.ts';
import { optional } from './setting.ts';
import type { SettingReader } from './setting-reader.ts';

/** A Custom Vision resource. Endpoints have no slash at their end. */
export interface ResourceConfig {
  readonly trainingEndpoint: string;
  /** The training endpoint's host, lower case, with its port where that is not the scheme's own. */
  readonly host: string;
  /** A secret. Null where Microsoft Entra ID is used. */
  readonly key: string | null;
  readonly predictionEndpoint: string | null;
  /** An ARM id. */
  readonly predictionResourceId: string | null;
}

/** A regional endpoint serves many resources and tells them apart by key alone. */
const REGIONAL_HOST = /\.api\.cognitive\.microsoft\.[a-z.]+(:\d+)?$/;

/** What differs between the settings of the two resources. */
interface ResourceWords {
  readonly prefix: 'PRIMARY' | 'SECONDARY';
  readonly exampleHost: string;
  readonly side: string;
  readonly clientsPredict: string;
  readonly predictionResource: string;
}

export type ResourceSettings = ReturnType<typeof resourceSettings>;

/** The settings of one Custom Vision resource. */
export function resourceSettings({ prefix, exampleHost, side, clientsPredict, predictionResource }: ResourceWords) {
  const trainingEndpoint: Setting<URL, null> = {
    name: `${prefix}_TRAINING_ENDPOINT`,
    required: 'yes',
    default: null,
    meaning: `The training endpoint of the resource ${side}.`,
    example: `https://${exampleHost}.cognitiveservices.azure.com`,
    ...endpoint,
  };
  return {
    trainingEndpoint,
    key: optional({
      name: `${prefix}_TRAINING_KEY`,
      default: null,
      meaning: 'Its training key, best as a Key Vault reference. Without one, Microsoft Entra ID is used.',
      example: `@Microsoft.KeyVault(SecretUri=https://vision.vault.azure.net/secrets/${exampleHost})`,
      ...trainingKey,
    }),
    predictionEndpoint: optional({
      name: `${prefix}_PREDICTION_ENDPOINT`,
      default: null,
      meaning: `The endpoint at which clients ${clientsPredict}; the routing manifest hands it on to them.`,
      example: `https://${exampleHost}-prediction.cognitiveservices.azure.com`,
      ...endpoint,
    }),
    predictionResourceId: optional({
      name: `${prefix}_PREDICTION_RESOURCE_ID`,
      default: null,
      meaning: `The ARM id of the prediction resource that ${predictionResource}`,
      example:
        '/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/vision/providers/' +
        `Microsoft.CognitiveServices/accounts/${exampleHost}-prediction`,
      ...predictionResourceId,
    }),
  };
}

/** Reads the settings of one resource; null where its endpoint is missing or bad, which is then a problem. */
export function readResource(reader: SettingReader, settings: ResourceSettings): ResourceConfig | null {
  const training = reader.required(settings.trainingEndpoint);
  const key = reader.optional(settings.key);
  const prediction = reader.optional(settings.predictionEndpoint);
  const predictionResourceId = reader.optional(settings.predictionResourceId);
  if (training === null) return null;
  if (REGIONAL_HOST.test(training.host) && !reader.has(settings.key)) {
    reader.report(
      settings.key,
      'is not set, but the training endpoint is a regional one, which takes no tokens of Microsoft Entra ID.',
      `a training key, or in ${settings.trainingEndpoint.name} the endpoint of the resource itself, https://<name>.cognitiveservices.azure.com`,
    );
  }
  return {
    trainingEndpoint: training.origin,
    host: training.host,
    key,
    predictionEndpoint: prediction?.origin ?? null,
    predictionResourceId,
  };
}
