/** A notification as the service posts it. */
export function exportNotification(
  projectId: string,
  iterationId: string,
  modelUri: string,
  exportStatus = 'ExportCompleted',
): string {
  return JSON.stringify({
    version: '1.0',
    type: 'Export',
    Content: { projectId, iterationId, exportStatus, modelUri },
  });
}

/** The name of the blob that the service writes. */
export function exportedName(projectId: string, iterationId: string, extension: string): string {
  return `${projectId} - ${iterationId}.${extension}`;
}
