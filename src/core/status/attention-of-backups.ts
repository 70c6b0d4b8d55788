import type { Attention } from './attention-entry.ts';
import type { CauseOf } from './attention-of-resources.ts';
import type { ProjectReport } from './project-report.ts';

/** What is wrong with a project's model backups. Its copy on the secondary is not affected. */
export function attentionOfBackups({ id, name, backupProblems }: ProjectReport, causeOf: CauseOf): Attention[] {
  const own = backupProblems.filter((problem) => causeOf(problem) === null);
  return own.map(({ code, message, hint, iteration, platform, since, nextAttemptAt }) => {
    const effect = [iteration, platform].filter((part) => part !== null).join(', ');
    return {
      level: 'warning',
      code,
      about: 'backups',
      projectId: id,
      projectName: name,
      // It stands among what is wrong with copies, which it has nothing to do with.
      message: `Model backup: ${message}`,
      effect: effect === '' ? null : effect,
      hint,
      healsByItself: nextAttemptAt !== null,
      since,
      nextAttemptAt,
    };
  });
}
