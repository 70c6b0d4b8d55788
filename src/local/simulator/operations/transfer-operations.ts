import { bytes, json } from '../answers.ts';
import { readArtifact } from '../artifacts.ts';
import { exportProject } from '../project-exports.ts';
import { importProject } from '../project-imports.ts';
import { badRequest } from '../service-error.ts';
import { projectJson } from '../wire.ts';
import type { Operation } from './operation.ts';
import { read, write } from './operation.ts';

/** Moving a project from one resource to another, and what is inside a project's storage. */
export const TRANSFER_OPERATIONS: readonly Operation[] = [
  read('ExportProject', '/projects/{projectId}/export', (request) => {
    const { token, ...counts } = exportProject(request.world, request.project());
    return json(request.world.unknowns.exportCounts === 'omitted' ? { token } : { ...counts, token });
  }),
  write('POST', 'ImportProject', '/projects/import', async (request) => {
    const given = { token: request.required('token'), name: request.optional('name') ?? null };
    const project = await importProject(request.world, given, request.ending);
    return json(projectJson(request.world, project, request.version));
  }),
  read('GetArtifact', '/projects/{projectId}/artifacts', (request) => {
    request.project();
    const artifact = readArtifact(request.world, request.required('path'));
    if (artifact === null) throw badRequest('BadRequestInvalidArtifactUri', 'There is nothing at that path.');
    return bytes(artifact.bytes, 'application/octet-stream');
  }),
];
