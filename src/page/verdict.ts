import type { StatusReport } from '../core/status/report.ts';
import type { Standing } from '../core/status/standing.ts';
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

/** The first lines of the page: how things stand, and what to do first. */
export function verdict({ verdict: { level, headline, sentence, action, runbook } }: StatusReport): Html {
  const [first = '', ...others] = headline.split(' · ');
  const next = action === '' ? null : html` <b>${quoting(action)}</b>`;
  const page = runbook === null ? null : html` <span class="runbook">Runbook: <code>${runbook}</code>.</span>`;
  return html`<header class="verdict ${STANDINGS[level]}">
    <h1>
      <span class="claim ${STANDINGS[level]}">${first}</span>
      ${others.map((text) => html`<span class="claim">${text}</span> `)}
    </h1>
    <p class="first">${quoting(sentence)}${next}${page}</p>
  </header>`;
}

/** The same in a few words, for the tab of a browser: the worst first, then which installation it is. */
export function titleOf({ verdict: { headline }, app }: StatusReport): string {
  const [first = ''] = headline.split(' · ');
  return `${first} · ${app?.title ?? 'Custom Vision replicator'}`;
}
