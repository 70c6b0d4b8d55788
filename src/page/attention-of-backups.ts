import type { ProjectReport } from '../core/status/project-report.ts';
import type { Attention } from './attention-entry.ts';

/** What is the matter with a project's model backups; its copy is not touched by that. */
export function attentionOfBackups({ id, name, backupProblems }: ProjectReport): Attention[] {
  return backupProblems.map(({ code, message, hint, iteration, platform, since, nextAttemptAt }) => {
    const effect = [iteration, platform].filter((part) => part !== null).join(', ');
    return {
      level: 'warning',
      code,
      subjects: [{ id, name, effect: effect === '' ? null : effect }],
      cause: message,
      healsByItself: nextAttemptAt !== null,
      nextTryAt: nextAttemptAt,
      since,
      todo: hint,
    };
  });
}
