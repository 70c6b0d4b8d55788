import { ageInSeconds } from '../core/facts/time.ts';
import { isInScope } from '../core/status/project-report.ts';
import type { StatusReport } from '../core/status/report.ts';
import type { Standing } from '../core/status/standing.ts';
import { standingOf, standingsOf } from '../core/status/standing.ts';
import { duration } from '../core/status/words.ts';
import type { AttentionGroup } from './attention-groups.ts';
import { subjectNames } from './attention-list.ts';
import { html, quoting, type Html, type Piece } from './html.ts';
import { timed, until } from './times.ts';

/** One part of the first line. */
interface Claim {
  readonly standing: Standing;
  readonly text: Piece;
}

/** The first lines of the page: whether anything is wrong right now, and what to do first. */
export function verdict(report: StatusReport, attention: readonly AttentionGroup[]): Html {
  return html`<header class="verdict ${standingOf(report.attention)}">
    <h1>${claims(report).map(({ standing, text }) => html`<span class="claim ${standing}">${text}</span> `)}</h1>
    <p class="first">${firstSentence(report, attention)}</p>
  </header>`;
}

/** The same in a few words, for the tab of a browser. */
export function titleOf(report: StatusReport, attention: readonly AttentionGroup[]): string {
  if (report.settings.problems.length > 0) return 'Bad settings · Custom Vision replicator';
  const { protected: held, inScope } = report.summary;
  const pressing = attention.filter(({ level }) => level !== 'notice').length;
  return `${pressing === 0 ? 'OK' : `${pressing} to see to`} · ${held}/${inScope} protected`;
}

function claims(report: StatusReport): Claim[] {
  const { settings, summary } = report;
  const standings = standingsOf(report);
  if (settings.problems.length > 0) return [{ standing: 'critical', text: 'NOTHING RUNS: THE SETTINGS ARE BAD' }];
  const sweeps = { standing: standings.sweeps, text: sweepWords(report) };
  if (summary.inScope === 0) return [{ standing: 'notice', text: 'NO PROJECT TO PROTECT YET' }, sweeps];
  return [
    { standing: standings.protection, text: `PROTECTED ${summary.protected}/${summary.inScope}` },
    { standing: standings.readiness, text: readinessWords(report) },
    { standing: standings.lag, text: lagWords(report) },
    sweeps,
  ];
}

function readinessWords({ summary, projects }: StatusReport): Piece {
  if (summary.readyToFailOver) return 'READY TO FAIL OVER';
  const ready = projects.filter((project) => isInScope(project) && project.readiness.ready).length;
  return html`NOT READY TO FAIL OVER <small>(${ready} of ${summary.inScope} ready)</small>`;
}

function lagWords({ summary }: StatusReport): Piece {
  const { worstLagSeconds: worst, recoveryPointObjectiveSeconds: objective } = summary;
  const against = objective === null ? null : html` <small>(objective ${duration(objective)})</small>`;
  if (worst === null) return html`LAG NOT KNOWN YET${against}`;
  return html`${worst === 0 ? 'NO LAG' : `WORST LAG ${duration(worst)}`}${against}`;
}

function sweepWords({ sweep: { lastCompletedAt, lastStartedAt }, generatedAt }: StatusReport): Piece {
  const since = (time: string): Html => timed(`${duration(ageInSeconds(time, new Date(generatedAt)))} AGO`, time);
  if (lastCompletedAt !== null) return html`LAST SWEEP ${since(lastCompletedAt)}`;
  return lastStartedAt === null ? 'NO SWEEP YET' : html`FIRST SWEEP BEGAN ${since(lastStartedAt)}`;
}

function firstSentence(report: StatusReport, attention: readonly AttentionGroup[]): Html {
  const [first] = attention;
  const now = new Date(report.generatedAt);
  if (first === undefined || first.level === 'notice') {
    const { nextStartAt } = report.sweep;
    const next =
      nextStartAt === null ? null : html` The next sweep is due ${timed(until(nextStartAt, now), nextStartAt)}.`;
    return html`Nothing is wrong.${next}`;
  }
  const who = first.subjects.length === 0 ? null : html`<b>${subjectNames(first.subjects, 1)}:</b> `;
  const others = attention.filter(({ level }) => level !== 'notice').length - 1;
  const more = others === 0 ? null : html` <a href="#attention">And ${others} more.</a>`;
  return html`${who}${quoting(first.message)}
    <b>${first.healsByItself ? 'Heals by itself.' : 'Needs you.'}</b> ${quoting(first.hint)}${more}`;
}
