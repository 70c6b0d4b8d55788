import type { Domain } from './domains.ts';
import { findDomain } from './domains.ts';
import { badRequest, ServiceError } from './service-error.ts';
import type { StoredProject } from './state.ts';
import type { StorageUris } from './storage-uris.ts';
import { testStorageUris } from './storage-uris.ts';
import type { World } from './world.ts';

const GENERAL_CLASSIFICATION = 'ee85a74c-405e-4adc-bb47-ffa8ca0c9f31';

export interface NewProject extends Partial<StorageUris> {
  readonly name: string;
  readonly description?: string | undefined;
  readonly domainId?: string | undefined;
  readonly classificationType?: StoredProject['classificationType'] | undefined;
  readonly targetExportPlatforms?: readonly string[];
}

/** Creates an empty project. Storage URIs are tested first. */
export async function createProject(world: World, given: NewProject, version = 'v3.4-preview'): Promise<StoredProject> {
  checkNewProject(world, given);
  const id = world.newId();
  const uris = {
    exportModelContainerUri: given.exportModelContainerUri ?? null,
    notificationQueueUri: given.notificationQueueUri ?? null,
  };
  await testStorageUris(world, id, uris, version);
  checkNewProject(world, given);
  const domain = knownDomain(given.domainId ?? GENERAL_CLASSIFICATION);
  const project: StoredProject = {
    ...emptyProject(world, id, given.name),
    ...uris,
    description: keptDescription(world, given.description ?? ''),
    domainId: domain.id,
    classificationType: classificationTypeFor(domain, given.classificationType ?? null),
    targetExportPlatforms: [...(given.targetExportPlatforms ?? [])],
  };
  world.projects.set(id, project);
  return project;
}

/** A project with nothing in it, not yet part of the resource. */
export function emptyProject(world: World, id: string, name: string): StoredProject {
  const now = world.clock.now();
  return {
    id,
    name,
    description: '',
    domainId: GENERAL_CLASSIFICATION,
    classificationType: 'Multilabel',
    targetExportPlatforms: [],
    augmentationMethods: {},
    exportModelContainerUri: null,
    notificationQueueUri: null,
    created: now,
    lastModified: now,
    drMode: false,
    status: 'Succeeded',
    contentVersion: 0,
    tags: new Map(),
    images: new Map(),
    iterations: new Map(),
  };
}

export interface ProjectChanges extends Partial<StorageUris> {
  readonly name?: string;
  readonly description?: string;
  readonly domainId?: string;
  readonly classificationType?: StoredProject['classificationType'];
  readonly targetExportPlatforms?: readonly string[];
  readonly augmentationMethods?: Readonly<Record<string, boolean>>;
}

/** Changes what is given and leaves the rest. Storage URIs are tested where they are given. */
export async function updateProject(world: World, project: StoredProject, changes: ProjectChanges, version: string) {
  if (project.status === 'Importing' && world.unknowns.updateWhileImporting === 'refused') {
    throw badRequest('BadRequestOperationNotSupported', 'The project is still being imported.');
  }
  checkTexts(world, changes.name ?? project.name, changes.description ?? project.description);
  const isTaken = changes.name !== undefined && isHeldByAnother(world, changes.name, project);
  if (isTaken && world.unknowns.renameToTakenName === 'refused') throw nameTaken(changes.name);
  const domain = changes.domainId === undefined ? undefined : knownDomain(changes.domainId);
  if (domain !== undefined && domain.type !== knownDomain(project.domainId).type) {
    throw badRequest('BadRequestProjectUnsupportedDomainTypeChange', `A project can't become one of ${domain.type}.`);
  }
  const uris = {
    exportModelContainerUri: changes.exportModelContainerUri ?? null,
    notificationQueueUri: changes.notificationQueueUri ?? null,
  };
  await testStorageUris(world, project.id, uris, version);
  const { targetExportPlatforms, augmentationMethods, description, ...rest } = changes;
  Object.assign(project, rest, domain !== undefined && { domainId: domain.id });
  project.classificationType = classificationTypeFor(knownDomain(project.domainId), project.classificationType);
  if (targetExportPlatforms !== undefined) project.targetExportPlatforms = [...targetExportPlatforms];
  if (description !== undefined) project.description = keptDescription(world, description);
  if (augmentationMethods !== undefined) project.augmentationMethods = { ...augmentationMethods };
  project.lastModified = world.clock.now();
}

/** Deletes a project with all that is in it, unless one of its iterations is published. */
export function deleteProject(world: World, project: StoredProject): void {
  if (project.status === 'Importing' && world.unknowns.deleteWhileImporting === 'refused') {
    throw badRequest('BadRequestOperationNotSupported', 'The project is still being imported.');
  }
  if ([...project.iterations.values()].some((iteration) => iteration.published)) {
    throw badRequest('BadRequestIterationIsPublished', 'Unpublish the iterations of the project before deleting it.');
  }
  world.projects.delete(project.id);
}

/** Throws where the resource holds all the projects that it may. */
export function refuseAtProjectLimit(world: World): void {
  if (isFull(world)) {
    throw badRequest('BadRequestExceedProjectLimit', `A resource holds at most ${world.limits.projects} projects.`);
  }
}

export function isFull(world: World): boolean {
  return world.projects.size >= world.limits.projects;
}

export function isNameTaken(world: World, name: string): boolean {
  return [...world.projects.values()].some((project) => project.name === name);
}

function knownDomain(id: string): Domain {
  const domain = findDomain(id);
  if (domain === undefined) throw badRequest('BadRequestProjectUnknownDomain', `There is no domain ${id}.`);
  return domain;
}

/** Checks name and description against the limits on their length. */
export function checkTexts(world: World, name: string, description: string): void {
  const { projectNameLimit, descriptionLimit } = world.unknowns;
  if (name.trim() === '' || exceeds(name, projectNameLimit)) {
    throw badRequest('BadRequestProjectName', `A project's name has 1 character or more, at most ${projectNameLimit}.`);
  }
  if (exceeds(description, descriptionLimit)) {
    throw badRequest('BadRequestProjectDescription', `A description has at most ${descriptionLimit} characters.`);
  }
}

/** What the service makes of a description that it takes. */
function keptDescription(world: World, description: string): string {
  const { descriptionKept, descriptionWhiteSpace } = world.unknowns;
  const spaced = WHITE_SPACE[descriptionWhiteSpace](description);
  return descriptionKept === 'all' ? spaced : spaced.slice(0, Number(descriptionKept));
}

const WHITE_SPACE = {
  kept: (text: string) => text,
  joined: (text: string) => text.replace(/\s+/g, ' ').trim(),
  crlf: (text: string) => text.replace(/\r?\n/g, '\r\n'),
} as const;

function exceeds(text: string, limit: string): boolean {
  return limit !== 'none' && text.length > Number(limit);
}

function checkNewProject(world: World, given: NewProject): void {
  checkTexts(world, given.name, given.description ?? '');
  knownDomain(given.domainId ?? GENERAL_CLASSIFICATION);
  if (isNameTaken(world, given.name)) throw nameTaken(given.name);
  refuseAtProjectLimit(world);
}

function isHeldByAnother(world: World, name: string, self: StoredProject): boolean {
  return [...world.projects.values()].some((project) => project.name === name && project !== self);
}

function nameTaken(name: string): ServiceError {
  return new ServiceError(400, 'BadRequestProjectNameNotUnique', `There is a project named "${name}".`);
}

function classificationTypeFor(domain: Domain, given: StoredProject['classificationType']) {
  return domain.type === 'ObjectDetection' ? null : (given ?? 'Multilabel');
}
