import type { ProjectReport, Sync } from '../core/status/project-report.ts';
import { ageInSeconds } from '../core/facts/time.ts';
import type { Level } from '../core/status/attention-entry.ts';
import { waitsFor } from '../core/status/waiting.ts';
import { html, nothing, type Html, type Piece } from './html.ts';
import { timed, until } from './times.ts';
import { duration } from '../core/status/words.ts';

/** How a row looks: at rest, at work, in trouble, or in trouble that is critical, or waits for a person. */
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

export function syncWords({ sync, frozen, active }: ProjectReport): Html {
  const { sign, words } = SYNCS[sync];
  const held = active === 'secondary' ? ', failed over' : frozen === null ? null : ', frozen';
  return html`<span class="sync ${sync}"><span aria-hidden="true">${sign}</span> ${words}${held}</span>`;
}

/** @param level of what needs attention about the project; null where nothing does. */
export function moodOf({ sync }: ProjectReport, level: Level | null): Mood {
  if (sync === 'excluded' || sync === 'source-missing') return 'apart';
  if (sync === 'parked' || level === 'critical') return 'stuck';
  if (level !== null && level !== 'notice') return 'trouble';
  return sync === 'in-sync' ? 'rest' : 'work';
}

/** What has to happen before anything changes about a project. */
export function waitWords(project: ProjectReport, now: Date, nextSweepAt: string | null): Piece {
  const waits = waitsFor(project, nextSweepAt);
  switch (waits.for) {
    case 'nothing':
      return nothing(project.sync === 'excluded' ? 'nothing: it is out of scope' : 'nothing');
    case 'its-source':
      return 'its source, or a person';
    case 'a-person':
      return html`<b>a person</b>${project.frozen === null ? null : ', to release it'}`;
    case 'its-turn':
      return 'its turn';
    case 'a-copy':
      return stageWords(project, now);
    case 'the-next-sweep':
      return whenWords('the next sweep', waits.at, now);
    case 'the-next-try': {
      const { attempts } = project.failure ?? { attempts: 1 };
      const tried = attempts === 1 ? 'failed once' : `failed ${attempts} times`;
      const stage = stageWords(project, now);
      const next = whenWords('the next try', waits.at, now);
      return html`${next}<br /><small>${tried}${stage === null ? null : `; ${stage}`}</small>`;
    }
  }
}

function stageWords({ inFlight }: ProjectReport, now: Date): string | null {
  if (inFlight === null) return null;
  return `${inFlight.stage.replaceAll('-', ' ')}, for ${duration(ageInSeconds(inFlight.since, now))}`;
}

function whenWords(what: string, at: string | null, now: Date): Piece {
  return at === null ? what : html`${what}, ${timed(until(at, now), at)}`;
}
