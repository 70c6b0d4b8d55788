import type { Catalogue } from './catalogue.ts';

/** Something about a project's backups that somebody may want to do something about. */
export interface BackupProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly iteration: string | null;
  readonly platform: string | null;
  readonly flavor: string | null;
  readonly since: string;
  readonly nextAttemptAt: string | null;
}

const MOST_PROBLEMS = 20;

const LOST_HINT =
  'It is made again at the next look if the service still has the export. If it was removed on purpose, take its ' +
  'entry out of the catalogue.';

/** Backups that are not there as they were made, and what keeps others from being made. */
function backupProblems({ backups, failures }: Catalogue): BackupProblem[] {
  const lost = backups
    .filter(({ state }) => state !== 'ok')
    .map(({ state, blob, iterationName, platform, flavor, stateSince }) => ({
      code: state === 'missing' ? 'BACKUP_MISSING' : 'BACKUP_MISMATCH',
      message: state === 'missing' ? `The blob ${blob} is gone.` : `The blob ${blob} is not what was backed up.`,
      hint: LOST_HINT,
      iteration: iterationName,
      platform,
      flavor,
      since: stateSince,
      nextAttemptAt: null,
    }));
  const failed = failures.map(({ code, message, hint, iterationName, platform, flavor, since, nextAttemptAt }) => {
    return { code, message, hint, iteration: iterationName, platform, flavor, since, nextAttemptAt };
  });
  return [...lost, ...failed].slice(0, MOST_PROBLEMS);
}

/** What a row of status says of backups; null where no look at them was ever taken. */
export function backupSummary(catalogue: Catalogue | null) {
  return {
    backups: catalogue === null ? null : catalogue.backups.filter(({ state }) => state === 'ok').length,
    backupProblems: catalogue === null ? [] : backupProblems(catalogue),
  };
}
