import { readCanonicalQuery } from './signed-url.ts';
import { checkTexts, emptyProject, isFull, isNameTaken, refuseAtProjectLimit } from './projects.ts';
import { badRequest, ServiceError } from './service-error.ts';
import type { Snapshot } from './snapshots.ts';
import { isSnapshot } from './snapshots.ts';
import type { Ending, StoredProject } from './state.ts';
import { SUCCEEDS } from './state.ts';
import { copyContent } from './copy-content.ts';
import type { World } from './world.ts';
import { runLater } from './world.ts';

const FETCH_DEADLINE_IN_MS = 10_000;

/**
 * Begins an import: fetches the snapshot that the token leads to and adds a project that fills on the simulator's
 * clock, step by step, until it is `Succeeded`.
 */
export async function importProject(
  world: World,
  given: { readonly token: string; readonly name: string | null },
  ending: Ending = SUCCEEDS,
): Promise<StoredProject> {
  checkToken(given.token);
  refuseWhereFull(world);
  const snapshot = await fetchSnapshot(world, given.token);
  refuseWhereFull(world);
  const overLimit = isFull(world);
  const name = freeName(world, given.name ?? snapshot.project.name);
  checkTexts(world, name, '');
  const project = importedProject(world, snapshot, name);
  world.projects.set(project.id, project);
  fill(world, project, snapshot, overLimit ? { kind: 'fails', keepShare: 0 } : ending);
  return project;
}

function refuseWhereFull(world: World): void {
  if (isFull(world) && world.unknowns.importAtLimit === 'refused') refuseAtProjectLimit(world);
}

/** A quarter of the time each: tags, half of the images, the other half, iterations and the end. */
function fill(world: World, project: StoredProject, snapshot: Snapshot, ending: Ending): void {
  const copy = copyContent(world, project, snapshot);
  const share = ending.kind === 'fails' ? (ending.keepShare ?? 0.5) : 1;
  const tags = Math.floor(snapshot.tags.length * share);
  const images = Math.floor(snapshot.images.length * share);
  const steps = [
    () => copy.tags(tags),
    () => copy.images(Math.floor(images / 2)),
    () => copy.images(ending.kind === 'never' ? Math.floor(images / 2) : images),
    () => {
      if (ending.kind === 'never') return;
      if (ending.kind === 'succeeds') copy.iterations();
      project.status = ending.kind === 'fails' ? 'Failed' : 'Succeeded';
      if (world.unknowns.importKeepsLastModified === 'no') project.lastModified = world.clock.now();
    },
  ];
  const stepInMs = (world.delays.importInSeconds * 1000) / steps.length;
  steps.forEach((step, index) => {
    runLater(world, Math.round(stepInMs * (index + 1)), `Import of ${project.id}`, () => {
      if (world.projects.has(project.id)) step();
    });
  });
}

function importedProject(world: World, { project: source }: Snapshot, name: string): StoredProject {
  const { unknowns } = world;
  const empty = emptyProject(world, world.newId(), name);
  const carriesUris = unknowns.importCarriesStorageUris === 'yes';
  return {
    ...empty,
    status: 'Importing',
    description: unknowns.importCarriesDescription === 'yes' ? source.description : '',
    domainId: source.domainId,
    classificationType: source.classificationType,
    targetExportPlatforms: [...source.targetExportPlatforms],
    augmentationMethods: { ...source.augmentationMethods },
    exportModelContainerUri: carriesUris ? source.exportModelContainerUri : null,
    notificationQueueUri: carriesUris ? source.notificationQueueUri : null,
    contentVersion: source.contentVersion,
    lastModified: unknowns.importKeepsLastModified === 'yes' ? source.lastModified : empty.lastModified,
  };
}

function freeName(world: World, wanted: string): string {
  if (!isNameTaken(world, wanted)) return wanted;
  if (world.unknowns.importNameTaken === 'refused') {
    throw badRequest('BadRequestProjectNameNotUnique', `There is a project named "${wanted}".`);
  }
  let number = 1;
  while (isNameTaken(world, `${wanted} (${number})`)) number += 1;
  return `${wanted} (${number})`;
}

/**
 * Only the exact text of a token will do. One that was decoded once too often, or once too rarely, or cut at its
 * first `&`, is no longer a URL whose values are each encoded once. Only loopback addresses are ever fetched.
 */
function checkToken(token: string): void {
  const url = URL.canParse(token) ? new URL(token) : null;
  const query = readCanonicalQuery(token.split('?').slice(1).join('?'));
  const loopback = url !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const complete = ['sv', 'sr', 'sig', 'se', 'sp'].every((name) => query?.get(name));
  if (!loopback || url.protocol !== 'http:' || !complete) throw invalidToken();
}

async function fetchSnapshot(world: World, token: string): Promise<Snapshot> {
  if (world.openExport !== null) return readSnapshot(world.openExport(token) ?? 'null');
  const signal = AbortSignal.any([world.closing, AbortSignal.timeout(FETCH_DEADLINE_IN_MS)]);
  let response: Response;
  try {
    response = await fetch(token, { signal });
  } catch (error) {
    world.problems.add(
      `An exported project could not be fetched: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    throw new ServiceError(500, 'ErrorProjectImportRequestFailed', 'The exported project could not be read.');
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw invalidToken();
  }
  return readSnapshot(await response.text());
}

function readSnapshot(text: string): Snapshot {
  const snapshot: unknown = JSON.parse(text);
  if (!isSnapshot(snapshot)) throw invalidToken();
  return snapshot;
}

function invalidToken(): ServiceError {
  return badRequest('BadRequestInvalidImportToken', 'The import token is invalid or has expired.');
}
