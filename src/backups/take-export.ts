import { workItem } from '../core/facts/work-item.ts';
import { sameText } from '../core/backups/catalogue.ts';
import { judgeModelUri } from '../core/backups/model-uri.ts';
import type { Notification } from '../core/facts/notification.ts';
import { unlessGone } from '../replicator/observe.ts';
import type { Dependencies } from '../replicator/context.ts';
import type { Taken } from '../replicator/intake.ts';

/**
 * A model was exported, or could not be. Anybody who may post could have made the notification up, so the source has to
 * know project and iteration, and the model URI is compared and never fetched. The work asks the service itself.
 *
 * @param exportContainerUri where the service is to write models, as a plain URL; null where that is not known
 */
export async function takeExport(
  notification: Notification & { readonly type: 'Export' },
  { source, policy, queue }: Pick<Dependencies, 'source' | 'policy' | 'queue'>,
  exportContainerUri: string | null,
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
  const iteration = iterations.find(({ id }) => id === notification.iterationId);
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
  await queue.enqueue({ ...workItem(projectId, reason), iterationId }, 0);
  return { outcome: 'backup work enqueued' };
}
