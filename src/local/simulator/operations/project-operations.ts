import { empty, json } from '../answers.ts';
import { PLATFORMS } from '../domains.ts';
import type { ProjectChanges } from '../projects.ts';
import { createProject, deleteProject, updateProject } from '../projects.ts';
import type { ApiRequest } from '../request.ts';
import { isRecord } from '../request.ts';
import { badRequest } from '../service-error.ts';
import type { StorageUris } from '../storage-uris.ts';
import { projectJson } from '../wire.ts';
import type { Operation } from './operation.ts';
import { read, write } from './operation.ts';

const CLASSIFICATION_TYPES = ['Multiclass', 'Multilabel'] as const;
const URI_NAMES = ['exportModelContainerUri', 'notificationQueueUri'] as const;

export const PROJECT_OPERATIONS: readonly Operation[] = [
  read('GetProjects', '/projects', ({ world, version }) =>
    json([...world.projects.values()].map((project) => projectJson(world, project, version))),
  ),
  read('GetProject', '/projects/{projectId}', (request) => answerProject(request)),
  write('POST', 'CreateProject', '/projects', async (request) => {
    const code = 'BadRequestProjectUnknownClassification';
    const given = {
      name: request.required('name'),
      description: request.optional('description'),
      domainId: request.optional('domainId'),
      classificationType: request.choice('classificationType', CLASSIFICATION_TYPES, code),
      targetExportPlatforms: checkPlatforms(request.optional('targetExportPlatforms')?.split(',') ?? []),
      ...urisOfNewProject(request),
    };
    const project = await createProject(request.world, given, request.version);
    return json(projectJson(request.world, project, request.version));
  }),
  write('PATCH', 'UpdateProject', '/projects/{projectId}', async (request) => {
    const project = request.project();
    await updateProject(request.world, project, readChanges(request), request.version);
    return answerProject(request);
  }),
  write('DELETE', 'DeleteProject', '/projects/{projectId}', (request) => {
    deleteProject(request.world, request.project());
    return empty(204);
  }),
];

function answerProject(request: ApiRequest) {
  return json(projectJson(request.world, request.project(), request.version));
}

/** v3.4-preview takes them in a body; v3.3, where it takes them, in the query. */
function urisOfNewProject(request: ApiRequest): Partial<StorageUris> {
  if (request.version !== 'v3.3') return readUris(request.json());
  if (request.world.unknowns.storageUrisOnV33 === 'ignored') return {};
  return readUris(Object.fromEntries(URI_NAMES.map((name) => [name, request.optional(name)])));
}

function readChanges(request: ApiRequest): ProjectChanges {
  const body = request.json();
  const settings = body['settings'];
  const complete = typeof body['name'] === 'string' && 'description' in body && isRecord(settings);
  if (!complete && request.world.unknowns.patchOmittedMembers === 'refused') {
    throw badRequest('BadRequestRequiredParamIsNull', 'Expected name, description and settings.');
  }
  return {
    ...(typeof body['name'] === 'string' && { name: body['name'] }),
    ...('description' in body && { description: readText(body['description'], 'description') }),
    ...(isRecord(settings) && readSettings(request, settings)),
  };
}

function readSettings(request: ApiRequest, settings: Record<string, unknown>): ProjectChanges {
  const { domainId, classificationType, targetExportPlatforms, imageProcessingSettings: processing } = settings;
  const type = CLASSIFICATION_TYPES.find((candidate) => candidate === classificationType);
  const methods = isRecord(processing) ? processing['augmentationMethods'] : undefined;
  return {
    ...(typeof domainId === 'string' && { domainId }),
    ...(type !== undefined && { classificationType: type }),
    ...(Array.isArray(targetExportPlatforms) && { targetExportPlatforms: checkPlatforms(targetExportPlatforms) }),
    ...(isRecord(methods) && { augmentationMethods: readFlags(methods) }),
    ...urisOfUpdate(request, settings),
  };
}

function urisOfUpdate(request: ApiRequest, settings: Record<string, unknown>): Partial<StorageUris> {
  const { unknowns } = request.world;
  const how = request.version === 'v3.3' ? unknowns.storageUrisOnV33 : unknowns.storageUrisByPatchOnV34;
  if (how === 'ignored') return {};
  const given = readUris(settings);
  if (Object.keys(given).length === URI_NAMES.length) return given;
  const cleared = { exportModelContainerUri: null, notificationQueueUri: null };
  return unknowns.patchOmittedUris === 'cleared' ? { ...cleared, ...given } : given;
}

/** Only what is there; null and empty clear. */
function readUris(from: Record<string, unknown>): Partial<StorageUris> {
  const present = URI_NAMES.filter((name) => from[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, readText(from[name], name) || null]));
}

function readText(value: unknown, name: string): string {
  if (value === null) return '';
  if (typeof value !== 'string') throw badRequest('BadRequest', `Expected ${name} to be text.`);
  return value;
}

function readFlags(from: Record<string, unknown>): Record<string, boolean> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, value === true]));
}

function checkPlatforms(names: readonly unknown[]): string[] {
  return names.map((name) => {
    if (typeof name === 'string' && Object.hasOwn(PLATFORMS, name)) return name;
    throw badRequest('BadRequestProjectUnsupportedExportPlatform', `There is no export platform ${String(name)}.`);
  });
}
