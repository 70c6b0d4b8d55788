import type { StatusReport } from '../core/status/report.ts';
import type { Standing } from '../core/status/standing.ts';
import type { AttentionGroup } from './attention-groups.ts';
import { html, quoting, type Html } from './html.ts';

const STANDINGS: Readonly<Record<StatusReport['verdict']['level'], Standing>> = {
  ok: 'good',
  starting: 'notice',
  unknown: 'warning',
  warning: 'warning',
  critical: 'critical',
};

/** How the first line looks. */
export function standingOfVerdict({ verdict: { level } }: StatusReport): Standing {
  return STANDINGS[level];
}

/** The first lines of the page: how things stand, and what to do first; what else is the matter stands below them. */
export function verdict(report: StatusReport, attention: readonly AttentionGroup[]): Html {
  const { level, headline, sentence, action, runbook } = report.verdict;
  const [first = '', ...meanings] = headline.split(' · ');
  const next = action === '' ? null : html` <b>${quoting(action)}</b>`;
  const others = attention.filter((group) => group.level !== 'notice').length - 1;
  const more = others < 1 ? null : html` <a href="#attention">And ${others} more.</a>`;
  const page = runbook === null ? null : html` <span class="runbook">Runbook: <code>${runbook}</code>.</span>`;
  return html`<header class="verdict ${STANDINGS[level]}">
    <h1>
      <span class="claim ${STANDINGS[level]}">${quoting(first)}</span>
      ${meanings.map((text) => html`<span class="claim">${quoting(text)}</span> `)}
    </h1>
    <p class="first">${quoting(sentence)}${next}${more}${page}</p>
  </header>`;
}

/** The same in a few words, for the tab of a browser: the worst, without since when, by whom and why. */
export function titleOf({ verdict: { headline } }: StatusReport): string {
  const [first = ''] = headline.split(/ · | since /);
  return first;
}
