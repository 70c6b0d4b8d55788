import type { Domain } from './domains.ts';
import { findDomain, platformsOf } from './domains.ts';
import { downloadUri } from './model-exports.ts';
import { signedUrl } from './signed-url.ts';
import type { StoredExport, StoredImage, StoredIteration, StoredProject, StoredRegion, StoredTag } from './state.ts';
import { countImagesByTag } from './tags.ts';
import type { World } from './world.ts';

/** An API version as it stands in the path, lower case. */
export type Version = 'v3.3' | 'v3.4-preview' | 'v3.1';

export function projectJson(world: World, project: StoredProject, version: Version): object {
  const [image] = project.images.values();
  const showsUris = version !== 'v3.3' || world.unknowns.v33EchoesStorageUris === 'yes';
  const hidesStatus = project.status === 'Succeeded' && world.unknowns.projectStatus === 'omitted';
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    settings: {
      domainId: project.domainId,
      classificationType: project.classificationType,
      targetExportPlatforms: project.targetExportPlatforms,
      useNegativeSet: project.classificationType === null ? null : hasNegativeTag(project),
      imageProcessingSettings: { augmentationMethods: project.augmentationMethods },
      ...(showsUris && {
        exportModelContainerUri: project.exportModelContainerUri,
        notificationQueueUri: project.notificationQueueUri,
      }),
    },
    created: time(project.created),
    lastModified: time(project.lastModified),
    thumbnailUri: image === undefined ? '' : imageUri(world, project, image, 'thumbnail'),
    drModeEnabled: world.drMode || project.drMode,
    ...(!hidesStatus && { status: project.status }),
  };
}

export function tagsJson(project: StoredProject, tags: Iterable<StoredTag> = project.tags.values()): object[] {
  const counts = countImagesByTag(project);
  return [...tags].map(({ id, name, description, type }) => ({
    id,
    name,
    description,
    type,
    imageCount: counts.get(id) ?? 0,
  }));
}

export function iterationJson(world: World, project: StoredProject, iteration: StoredIteration, version: Version) {
  const domain = findDomain(iteration.domainId);
  const platforms = domain === undefined ? [] : platformsOf(domain, version);
  const showsResource = world.unknowns.publishedResourceShown !== 'nothing';
  const name = iteration.publishName ?? (world.unknowns.unpublishedName === 'empty' ? '' : undefined);
  return {
    id: iteration.id,
    name: iteration.name,
    status: iteration.status,
    created: time(iteration.created),
    lastModified: time(iteration.lastModified),
    ...(iteration.trainedAt !== null && { trainedAt: time(iteration.trainedAt) }),
    projectId: project.id,
    exportable: iteration.status === 'Completed' && platforms.length > 0,
    exportableTo: platforms,
    domainId: iteration.domainId,
    classificationType: iteration.classificationType,
    trainingType: iteration.trainingType,
    reservedBudgetInHours: iteration.reservedBudgetInHours,
    trainingTimeInMinutes: iteration.trainedAt === null ? 0 : minutesBetween(iteration.created, iteration.trainedAt),
    ...(name !== undefined && { publishName: name }),
    ...(iteration.originalPublishResourceId !== null &&
      showsResource && {
        originalPublishResourceId: iteration.originalPublishResourceId,
      }),
    ...(version !== 'v3.3' && iteration.status === 'Failed' && { trainingErrorDetails: 'The training failed.' }),
  };
}

/** The workspace, as GetIterations may show it: an iteration that was never trained. */
export function workspaceJson(project: StoredProject): object {
  return {
    id: project.id,
    name: 'Workspace',
    status: 'New',
    created: time(project.created),
    lastModified: time(project.lastModified),
    projectId: project.id,
    exportable: false,
    exportableTo: [],
    domainId: null,
    classificationType: project.classificationType,
    trainingType: 'Regular',
    reservedBudgetInHours: 0,
    publishName: '',
  };
}

export function exportJson(world: World, made: StoredExport): object {
  return {
    platform: made.platform,
    status: made.status,
    downloadUri: downloadUri(world, made),
    flavor: made.flavor,
    newerVersionAvailable: made.newerVersionAvailable,
  };
}

export function imageJson(world: World, project: StoredProject, image: StoredImage): object {
  return {
    id: image.id,
    created: time(image.created),
    width: image.width,
    height: image.height,
    resizedImageUri: imageUri(world, project, image, 'resized'),
    thumbnailUri: imageUri(world, project, image, 'thumbnail'),
    originalImageUri: imageUri(world, project, image, 'original'),
    tags: [...image.tags].map(([tagId, created]) => ({
      tagId,
      tagName: project.tags.get(tagId)?.name ?? '',
      created: time(created),
    })),
    regions: image.regions.map((region) => regionJson(project, region)),
    metadata: image.metadata,
  };
}

export function regionJson(project: StoredProject, region: StoredRegion): object {
  const { id, tagId, created, left, top, width, height } = region;
  const tagName = project.tags.get(tagId)?.name ?? '';
  return { regionId: id, tagName, created: time(created), tagId, left, top, width, height };
}

export function domainJson(domain: Domain, version: Version): object {
  const { id, name, type, exportable } = domain;
  const more = version === 'v3.3' ? {} : { exportablePlatforms: platformsOf(domain, version) };
  return { id, name, type, exportable, enabled: true, ...more };
}

function imageUri(world: World, project: StoredProject, image: StoredImage, size: string): string {
  return signedUrl(world, `/images/${project.id}/${image.id}/${size}`);
}

function hasNegativeTag(project: StoredProject): boolean {
  return [...project.tags.values()].some((tag) => tag.type === 'Negative');
}

function minutesBetween(fromInMs: number, toInMs: number): number {
  return Math.max(0, Math.ceil((toInMs - fromInMs) / 60_000));
}

export function time(inMs: number): string {
  return new Date(inMs).toISOString();
}
