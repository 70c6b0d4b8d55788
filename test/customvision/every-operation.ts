import type { CustomVisionClient } from '../../src/customvision/client.ts';
import type { ProjectSettings } from '../../src/core/facts/model.ts';
import { ITERATION, PROJECT } from './loopback.ts';

const DOMAIN = 'ee85a74c-405e-4adc-bb47-ffa8ca0c9f31';
const PREDICTION_RESOURCE =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg one/providers/Microsoft.CognitiveServices/accounts/fruit';

export const SETTINGS: ProjectSettings = {
  domainId: DOMAIN,
  classificationType: 'Multilabel',
  targetExportPlatforms: ['ONNX', 'CoreML'],
  useNegativeSet: true,
  detectionParameters: 'computed',
  augmentationMethods: { rotate: true, flip: false },
  exportModelContainerUri: null,
  notificationQueueUri: null,
};

export const STORAGE_URIS = {
  exportModelContainerUri: 'https://store.blob.core.windows.net/model-exports',
  notificationQueueUri: 'https://store.queue.core.windows.net/custom-vision-notifications',
};

export const NO_STORAGE_URIS = { exportModelContainerUri: null, notificationQueueUri: null };

const PLAIN_UPDATE = { name: 'Fruit', description: '', settings: SETTINGS };

export interface OperationCase {
  /** The operation's name in the service's specification and its examples. */
  readonly operation: string;
  readonly method: keyof CustomVisionClient;
  /** What makes this case differ from another one of the same operation. */
  readonly variant?: string;
  /** Whether the client may send it more than once. */
  readonly repeatable: boolean;
  readonly needsStorageIntegration?: boolean;
  readonly run: (client: CustomVisionClient, signal: AbortSignal) => Promise<unknown>;
}

/** One call, or more where it has variants, of every operation that the client has. */
export const EVERY_OPERATION: readonly OperationCase[] = [
  { operation: 'GetProjects', method: 'getProjects', repeatable: true, run: (c, s) => c.getProjects(s) },
  { operation: 'GetProject', method: 'getProject', repeatable: true, run: (c, s) => c.getProject(PROJECT, s) },
  { operation: 'ExportProject', method: 'exportProject', repeatable: true, run: (c, s) => c.exportProject(PROJECT, s) },
  {
    operation: 'ImportProject',
    method: 'importProject',
    repeatable: false,
    run: (c, s) => c.importProject('https://store/prjexp?sig=a%3D', 'cvr-staging', s),
  },
  {
    operation: 'UpdateProject',
    method: 'updateProject',
    repeatable: true,
    run: (c, s) => c.updateProject(PROJECT, { name: 'Fruit', description: '', settings: SETTINGS }, s),
  },
  {
    operation: 'UpdateProject',
    method: 'updateProject',
    variant: 'with storage URIs',
    repeatable: true,
    needsStorageIntegration: true,
    run: (c, s) =>
      c.updateProject(PROJECT, { name: 'Fruit', description: '', settings: { ...SETTINGS, ...STORAGE_URIS } }, s),
  },
  {
    operation: 'UpdateProject',
    method: 'updateStorageUris',
    variant: 'to set the storage URIs by a version of choice',
    repeatable: true,
    needsStorageIntegration: true,
    run: (c, s) => c.updateStorageUris(PROJECT, PLAIN_UPDATE, STORAGE_URIS, 'storage-integration', s),
  },
  {
    operation: 'UpdateProject',
    method: 'updateStorageUris',
    variant: 'to clear the storage URIs',
    repeatable: true,
    needsStorageIntegration: true,
    run: (c, s) => c.updateStorageUris(PROJECT, PLAIN_UPDATE, NO_STORAGE_URIS, 'storage-integration', s),
  },
  { operation: 'DeleteProject', method: 'deleteProject', repeatable: true, run: (c, s) => c.deleteProject(PROJECT, s) },
  { operation: 'GetDomain', method: 'getDomain', repeatable: true, run: (c, s) => c.getDomain(DOMAIN, s) },
  { operation: 'GetIterations', method: 'getIterations', repeatable: true, run: (c, s) => c.getIterations(PROJECT, s) },
  {
    operation: 'PublishIteration',
    method: 'publishIteration',
    variant: 'with overwrite',
    repeatable: true,
    run: (c, s) => c.publishIteration(PROJECT, ITERATION, 'production', PREDICTION_RESOURCE, true, s),
  },
  {
    operation: 'PublishIteration',
    method: 'publishIteration',
    variant: 'without overwrite',
    repeatable: false,
    run: (c, s) => c.publishIteration(PROJECT, ITERATION, 'production', PREDICTION_RESOURCE, false, s),
  },
  {
    operation: 'UnpublishIteration',
    method: 'unpublishIteration',
    repeatable: true,
    run: (c, s) => c.unpublishIteration(PROJECT, ITERATION, s),
  },
  {
    operation: 'ExportIteration',
    method: 'exportIteration',
    repeatable: false,
    run: (c, s) => c.exportIteration(PROJECT, ITERATION, 'CoreML', null, s),
  },
  {
    operation: 'ExportIteration',
    method: 'exportIteration',
    variant: 'with a flavor',
    repeatable: false,
    run: (c, s) => c.exportIteration(PROJECT, ITERATION, 'TensorFlow', 'TensorFlowLite', s),
  },
  {
    operation: 'GetExports',
    method: 'getExports',
    repeatable: true,
    run: (c, s) => c.getExports(PROJECT, ITERATION, s),
  },
  { operation: 'GetTags', method: 'getTags', repeatable: true, run: (c, s) => c.getTags(PROJECT, s) },
  {
    operation: 'GetTags',
    method: 'getIterationTags',
    variant: 'of an iteration',
    repeatable: true,
    run: (c, s) => c.getIterationTags(PROJECT, ITERATION, s),
  },
  { operation: 'GetImageCount', method: 'getImageCount', repeatable: true, run: (c, s) => c.getImageCount(PROJECT, s) },
  {
    operation: 'GetImages',
    method: 'getImages',
    repeatable: true,
    run: (c, s) => c.getImages(PROJECT, { skip: 256, take: 256 }, s),
  },
];

export function titleOf({ operation, variant }: OperationCase): string {
  return variant === undefined ? operation : `${operation} ${variant}`;
}
