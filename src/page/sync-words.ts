import type { ProjectReport, Sync } from '../core/status/project-report.ts';
import { ageInSeconds } from '../core/facts/time.ts';
import type { Level } from './attention-entry.ts';
import { html, nothing, type Html, type Piece } from './html.ts';
import { duration, timed, until } from './times.ts';

/** How a row looks: at rest, at work, in trouble that heals, or waiting for a person. */
export type Mood = 'rest' | 'work' | 'trouble' | 'stuck' | 'apart';

/** Never by colour alone: each has a sign and words of its own. */
const SYNCS: Readonly<Record<Sync, { readonly sign: string; readonly words: string }>> = {
  'in-sync': { sign: '✓', words: 'in sync' },
  behind: { sign: '△', words: 'behind' },
  copying: { sign: '↻', words: 'copying' },
  parked: { sign: '■', words: 'parked' },
  excluded: { sign: '–', words: 'excluded' },
  'source-missing': { sign: '◇', words: 'source missing' },
};

export function syncWords({ sync }: ProjectReport): Html {
  const { sign, words } = SYNCS[sync];
  return html`<span class="sync ${sync}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

/** @param level of what needs attention about the project; null where nothing does. */
export function moodOf({ sync }: ProjectReport, level: Level | null): Mood {
  if (sync === 'excluded' || sync === 'source-missing') return 'apart';
  if (sync === 'parked') return 'stuck';
  if (level !== null) return 'trouble';
  return sync === 'in-sync' ? 'rest' : 'work';
}

/** What has to happen before anything changes about a project. */
export function waitsFor(project: ProjectReport, now: Date, nextSweepAt: string | null): Piece {
  const { sync, failure, inFlight } = project;
  if (sync === 'excluded') return nothing('nothing: it is out of scope');
  if (sync === 'source-missing') return 'its source, or a person';
  if (failure?.needsPerson === true) return html`<b>a person</b>`;
  const stage =
    inFlight === null
      ? null
      : `${inFlight.stage.replaceAll('-', ' ')}, for ${duration(ageInSeconds(inFlight.since, now))}`;
  if (failure !== null) {
    const when = failure.nextAttemptAt ?? nextSweepAt;
    const next = when === null ? 'the next try' : html`the next try, ${timed(until(when, now), when)}`;
    const tried = failure.attempts === 1 ? 'failed once' : `failed ${failure.attempts} times`;
    return html`${next}<br /><small>${tried}${stage === null ? null : `; ${stage}`}</small>`;
  }
  if (stage !== null) return stage;
  if (sync === 'in-sync') return nothing('nothing');
  if (project.replica === null) return 'its turn';
  return nextSweepAt === null ? 'the next sweep' : html`the next sweep, ${timed(until(nextSweepAt, now), nextSweepAt)}`;
}
