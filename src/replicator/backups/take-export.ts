import { sameText } from '../../core/catalogue.ts';
import { judgeModelUri } from '../../core/model-uri.ts';
import type { Notification } from '../../core/notification.ts';
import { unlessGone } from '../observe.ts';
import type { Workshop } from '../workshop.ts';

/** What intake has to know to turn notifications into work on backups. */
export interface BackupIntake {
  /** Where the service is to write models, as a plain URL; null where that is not known. */
  readonly exportContainerUri: string | null;
  /** Whether models are to be exported after each training. */
  readonly asksForExports: boolean;
}

/** What came of a notification: what was done about it, or why nobody may act on it. */
export type Taken = { readonly outcome: string } | { readonly rejection: string };

/**
 * A model was exported, or could not be. The notification's word is not taken for it: the source has to know project
 * and iteration, and its model URI is compared, never fetched. The work that is enqueued asks the service itself.
 */
export async function takeExport(
  notification: Notification & { readonly type: 'Export' },
  { source, policy, queue }: Pick<Workshop, 'source' | 'policy' | 'queue'>,
  { exportContainerUri }: BackupIntake,
  signal: AbortSignal,
): Promise<Taken> {
  const { status, modelUri } = notification;
  const isCompleted = sameText(status, 'ExportCompleted');
  if (!isCompleted && !sameText(status, 'ExportFailed')) {
    return { rejection: `The export status ${JSON.stringify(status.slice(0, 50))} is not known.` };
  }
  const project = await unlessGone(source.getProject(notification.projectId, signal));
  if (project === null) return { rejection: 'The primary has no project of the id that the notification names.' };
  const exclusion = policy.exclusionOf(project);
  if (exclusion !== null) return { outcome: `ignored: ${exclusion}` };
  const iterations = await source.getIterations(project.id, signal);
  const iteration = iterations.find(({ id }) => sameText(id, notification.iterationId));
  if (iteration === undefined) {
    return { rejection: `The project ${project.id} has no iteration of the id that the notification names.` };
  }
  const { id: projectId } = project;
  const { id: iterationId } = iteration;
  const named = judgeModelUri(isCompleted ? modelUri : '', exportContainerUri, projectId, iterationId);
  if (named.names === 'nothing-allowed') {
    return { rejection: `The notification is not acted on: ${named.reason}. The next sweep asks the service itself.` };
  }
  const reason = isCompleted ? 'export-completed' : 'export-failed';
  await queue.enqueue({ schemaVersion: 1, projectId, reason, wakeId: null, iterationId }, 0);
  return { outcome: 'backup work enqueued' };
}
