import { ageInSeconds } from '../core/facts/time.ts';
import type { StatusReport } from '../core/status/report.ts';
import type { Attention } from './attention-entry.ts';
import { isOverdue } from './attention-of-app.ts';
import { NO_COPY_YET } from './attention-of-project.ts';
import { subjectNames } from './attention-list.ts';
import type { Standing } from './document.ts';
import { html, quoting, type Html, type Piece } from './html.ts';
import { duration, timed, until } from './times.ts';

/** One part of the first line. */
interface Claim {
  readonly standing: Standing;
  readonly text: Piece;
}

/** The first lines of the page: whether anything is wrong right now, and what to do first. */
export function verdict(report: StatusReport, attention: readonly Attention[]): Html {
  return html`<header class="verdict ${standingOf(attention)}">
    <h1>
      ${claims(report, attention).map(({ standing, text }) => html`<span class="claim ${standing}">${text}</span> `)}
    </h1>
    <p class="first">${firstSentence(report, attention)}</p>
  </header>`;
}

/** As bad as the worst of it. */
export function standingOf(attention: readonly Attention[]): Standing {
  return attention[0]?.level ?? 'good';
}

/** The same in a few words, for the tab of a browser. */
export function titleOf(report: StatusReport, attention: readonly Attention[]): string {
  if (report.settings.problems.length > 0) return 'Bad settings · Custom Vision replicator';
  const { protected: held, inScope } = report.summary;
  const pressing = attention.filter(({ level }) => level !== 'notice').length;
  return `${pressing === 0 ? 'OK' : `${pressing} to see to`} · ${held}/${inScope} protected`;
}

function claims(report: StatusReport, attention: readonly Attention[]): Claim[] {
  const { settings, summary } = report;
  if (settings.problems.length > 0) return [{ standing: 'critical', text: 'NOTHING RUNS: THE SETTINGS ARE BAD' }];
  if (summary.inScope === 0) return [{ standing: 'notice', text: 'NO PROJECT TO PROTECT YET' }, sweepClaim(report)];
  return [protectionClaim(report, attention), readinessClaim(report), lagClaim(report), sweepClaim(report)];
}

function protectionClaim({ summary }: StatusReport, attention: readonly Attention[]): Claim {
  const { protected: held, inScope } = summary;
  const isGrave = attention.some(
    ({ level, subjects }) => level === 'critical' && subjects.some(({ effect }) => effect === NO_COPY_YET),
  );
  const standing = held === inScope ? 'good' : isGrave ? 'critical' : 'warning';
  return { standing, text: `PROTECTED ${held}/${inScope}` };
}

function readinessClaim({ summary, projects }: StatusReport): Claim {
  if (summary.readyToFailOver) return { standing: 'good', text: 'READY TO FAIL OVER' };
  const inScope = projects.filter(({ sync }) => sync !== 'excluded' && sync !== 'source-missing');
  const ready = inScope.filter(({ readiness }) => readiness.ready).length;
  const share = html` <small>(${ready} of ${inScope.length} ready)</small>`;
  return { standing: 'warning', text: html`NOT READY TO FAIL OVER${share}` };
}

function lagClaim({ summary }: StatusReport): Claim {
  const { worstLagSeconds: worst, recoveryPointObjectiveSeconds: objective, breaches } = summary;
  const against = objective === null ? null : html` <small>(objective ${duration(objective)})</small>`;
  if (worst === null) return { standing: 'warning', text: html`LAG NOT KNOWN YET${against}` };
  const words = worst === 0 ? 'NO LAG' : `WORST LAG ${duration(worst)}`;
  const isOver = breaches > 0 || (objective !== null && worst > objective);
  return { standing: isOver ? 'critical' : 'good', text: html`${words}${against}` };
}

function sweepClaim(report: StatusReport): Claim {
  const { lastCompletedAt, lastStartedAt } = report.sweep;
  const now = new Date(report.generatedAt);
  const standing = isOverdue(report) ? 'critical' : 'good';
  const since = (time: string): Html => timed(`${duration(ageInSeconds(time, now))} AGO`, time);
  if (lastCompletedAt !== null) return { standing, text: html`LAST SWEEP ${since(lastCompletedAt)}` };
  if (lastStartedAt !== null) return { standing, text: html`FIRST SWEEP BEGAN ${since(lastStartedAt)}` };
  return { standing: standing === 'good' ? 'notice' : standing, text: 'NO SWEEP YET' };
}

function firstSentence(report: StatusReport, attention: readonly Attention[]): Html {
  const [first] = attention;
  const now = new Date(report.generatedAt);
  if (first === undefined || first.level === 'notice') {
    const { nextDueAt } = report.sweep;
    const next = nextDueAt === null ? null : html` The next sweep is due ${timed(until(nextDueAt, now), nextDueAt)}.`;
    return html`Nothing is wrong.${next}`;
  }
  const who = first.subjects.length === 0 ? null : html`<b>${subjectNames(first.subjects, 1)}:</b> `;
  const others = attention.filter(({ level }) => level !== 'notice').length - 1;
  const more = others === 0 ? null : html` <a href="#attention">And ${others} more.</a>`;
  return html`${who}${quoting(first.cause)}
    <b>${first.healsByItself ? 'Heals by itself.' : 'Needs you.'}</b> ${quoting(first.todo)}${more}`;
}
