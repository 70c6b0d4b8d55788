import { isSigned, signedUrl } from './signed-url.ts';
import { badRequest, ServiceError } from './service-error.ts';
import type { StoredProject } from './state.ts';
import { isTraining } from './training.ts';
import type { World } from './world.ts';

export interface ProjectExport {
  readonly token: string;
  readonly iterationCount: number;
  readonly imageCount: number;
  readonly tagCount: number;
  readonly regionCount: number;
  readonly estimatedImportTimeInMS: number;
}

/** Takes a snapshot and makes a token for it: a URL on this simulator from which any other one can fetch it. */
export function exportProject(world: World, project: StoredProject): ProjectExport {
  if (isTraining(project) && world.unknowns.exportWhileTraining === 'refused') {
    const status = Number(world.unknowns.exportWhileTrainingStatus);
    throw new ServiceError(
      status,
      'BadRequestExportWhileTraining',
      "A project can't be exported while it is training.",
    );
  }
  if (project.status === 'Importing') {
    throw badRequest('BadRequestOperationNotSupported', 'The project is still being imported.');
  }
  const exportId = world.newId();
  const snapshot = world.snapshots.add(exportId, project);
  return {
    iterationCount: snapshot.iterations.length,
    imageCount: snapshot.images.length,
    tagCount: snapshot.tags.length,
    regionCount: snapshot.images.reduce((sum, image) => sum + image.regions.length, 0),
    estimatedImportTimeInMS: Math.round(world.delays.importInSeconds * 1000),
    token: signedUrl(world, `/prjexp-${exportId}/project-export-info`),
  };
}

/** The snapshot's JSON for whoever comes with the token's path and query; null where the token is not valid. */
export function openSnapshot(world: World, path: string, rawQuery: string): string | null {
  const exportId = /^\/prjexp-([0-9a-f-]+)\/project-export-info$/.exec(path)?.[1];
  const entry = exportId === undefined ? undefined : world.snapshots.get(exportId);
  if (entry === undefined || !isSigned(world, path, rawQuery)) return null;
  if (entry.used && world.unknowns.tokenReusable === 'no') return null;
  if (!world.projects.has(entry.projectId) && world.unknowns.tokenValidAfterSourceDeletion === 'no') return null;
  entry.used = true;
  return entry.text;
}
