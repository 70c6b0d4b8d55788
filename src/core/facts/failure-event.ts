import type { ReplicatorEvent } from './events.ts';
import type { RecordFailure } from './record.ts';

/** The event for a failure of one project: one that is tried again, one that needs a person, or a changed replica. */
export function failureEvent(
  project: { readonly projectId: string; readonly runId: string | null; readonly step: string },
  { class: failureClass, code, message, hint, attempts, nextAttemptAt, needsPerson, requestId }: RecordFailure,
): ReplicatorEvent {
  const parked = failureClass === 'diverged' ? 'project.diverged' : 'project.parked';
  const event = needsPerson ? parked : 'step.failed';
  return { event, ...project, class: failureClass, code, message, hint, attempts, nextAttemptAt, requestId };
}
