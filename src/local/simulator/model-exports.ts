import { findDomain, PLATFORMS, platformsOf } from './domains.ts';
import { badRequest } from './service-error.ts';
import { signedUrl } from './signed-url.ts';
import type { Ending, StoredExport, StoredIteration, StoredProject } from './state.ts';
import { SUCCEEDS } from './state.ts';
import { notify } from './storage-uris.ts';
import type { World } from './world.ts';
import { runLater } from './world.ts';

/** Begins to export a model; it is done, written to the project's container and notified on the simulator's clock. */
export function exportModel(
  world: World,
  project: StoredProject,
  iteration: StoredIteration,
  target: { readonly platform: string; readonly flavor: string | null },
  version: string,
  ending: Ending = SUCCEEDS,
): StoredExport {
  refuseModelExport(iteration, target, version);
  const made: StoredExport = { id: world.newId(), ...target, status: 'Exporting', newerVersionAvailable: false };
  const previous = iteration.exports.findIndex((other) => isSame(other, target));
  if (previous >= 0) iteration.exports.splice(previous, 1);
  iteration.exports.push(made);
  if (ending.kind !== 'never') {
    runLater(world, world.delays.exportModelInSeconds * 1000, `Model export of ${iteration.id}`, () =>
      endModelExport(world, project, iteration, made, ending.kind === 'fails' ? 'Failed' : 'Done'),
    );
  }
  return made;
}

/** Where the model can be fetched from the simulator itself; empty until it is done. */
export function downloadUri(world: World, made: StoredExport): string {
  return made.status === 'Done' ? signedUrl(world, `/models/${made.id}`) : '';
}

/** A small, valid zip file without entries whose comment says what it is: the same bytes for the same export. */
export function modelBytes(iteration: StoredIteration, made: StoredExport): Buffer {
  const comment = Buffer.from(`model ${iteration.id} for ${made.platform} ${made.flavor ?? ''}`.trim());
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
}

export function findModelExport(world: World, exportId: string) {
  for (const project of world.projects.values()) {
    for (const iteration of project.iterations.values()) {
      const made = iteration.exports.find((candidate) => candidate.id === exportId);
      if (made !== undefined) return { iteration, made };
    }
  }
  return undefined;
}

async function endModelExport(
  world: World,
  project: StoredProject,
  iteration: StoredIteration,
  made: StoredExport,
  status: 'Done' | 'Failed',
): Promise<void> {
  const stillThere = world.projects.get(project.id)?.iterations.has(iteration.id) === true;
  if (!stillThere || !iteration.exports.includes(made)) return;
  const modelUri = status === 'Done' ? await writeBackup(world, project, iteration, made) : '';
  made.status = status;
  await notify(world, project, {
    type: 'Export',
    content: {
      projectId: project.id,
      iterationId: iteration.id,
      exportStatus: status === 'Done' ? 'ExportCompleted' : 'ExportFailed',
      modelUri: modelUri === null ? downloadUri(world, made) : modelUri,
    },
  });
}

/** Resolves to the URL of the blob in the project's own container; null where it has none. */
async function writeBackup(world: World, project: StoredProject, iteration: StoredIteration, made: StoredExport) {
  const container = project.exportModelContainerUri;
  if (container === null || !world.storage.connected) return null;
  const name = `${project.id} - ${iteration.id}.${blobExtension(world, made.platform)}`;
  return world.storage.write(container, name, modelBytes(iteration, made));
}

function blobExtension(world: World, platform: string): string {
  if (world.unknowns.blobExtension === 'zip') return 'zip';
  return world.unknowns.blobExtension === 'lower-case' ? platform.toLowerCase() : platform;
}

function refuseModelExport(
  iteration: StoredIteration,
  target: { readonly platform: string; readonly flavor: string | null },
  version: string,
): void {
  if (iteration.status !== 'Completed') {
    throw badRequest('BadRequestIterationIsNotTrained', `${iteration.name} is not trained.`);
  }
  const domain = findDomain(iteration.domainId);
  if (domain === undefined || !platformsOf(domain, version).includes(target.platform)) {
    const message = `${iteration.name} can't be exported to ${target.platform}: its domain is not compact, or the platform is not offered.`;
    throw badRequest('BadRequestExportValidationFailed', message);
  }
  if (target.flavor !== null && PLATFORMS[target.platform]?.includes(target.flavor) !== true) {
    throw badRequest('BadRequestExportValidationFailed', `${target.platform} has no flavor ${target.flavor}.`);
  }
  const previous = iteration.exports.find((other) => isSame(other, target));
  if (previous !== undefined && previous.status !== 'Failed' && !previous.newerVersionAvailable) {
    throw badRequest('BadRequestExportAlreadyInProgress', `${iteration.name} is already queued for export.`);
  }
}

function isSame(made: StoredExport, target: { readonly platform: string; readonly flavor: string | null }): boolean {
  return made.platform === target.platform && made.flavor === target.flavor;
}
