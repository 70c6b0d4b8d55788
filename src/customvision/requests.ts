import type { StorageUris } from '../core/facts/model.ts';
import type { ProjectUpdate } from '../replicator/ports/custom-vision.ts';

/** The storage URIs that are set; null where neither is. */
export function storageUris({ exportModelContainerUri, notificationQueueUri }: StorageUris): object | null {
  const uris = withoutNulls({ exportModelContainerUri, notificationQueueUri });
  return Object.keys(uris).length === 0 ? null : uris;
}

/**
 * The body of UpdateProject. It is not documented whether members that are left out are kept or cleared, so every
 * writable member that has a value is sent as it should be afterwards. What is null or empty is left out: the caller
 * read it as empty from the service, and under either reading it stays so. Members that the service computes
 * (`useNegativeSet`, `detectionParameters`) are never sent; a storage URI is, where it is set. Where `uris` are given,
 * they are sent as they are: there null and an empty text clear one.
 */
export function updateProjectBody({ name, description, settings }: ProjectUpdate, uris?: StorageUris): object {
  const { domainId, classificationType, targetExportPlatforms, augmentationMethods } = settings;
  return {
    name,
    description,
    settings: {
      ...withoutNulls<unknown>({
        domainId,
        classificationType,
        targetExportPlatforms: targetExportPlatforms.length === 0 ? null : targetExportPlatforms,
        imageProcessingSettings: Object.keys(augmentationMethods).length === 0 ? null : { augmentationMethods },
      }),
      ...(uris ?? storageUris(settings)),
    },
  };
}

function withoutNulls<V>(members: Record<string, V | null>): Record<string, V> {
  return Object.fromEntries(Object.entries(members).filter((member): member is [string, V] => member[1] !== null));
}
