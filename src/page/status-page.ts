import type { StatusReport } from '../core/status/report.ts';
import { groupsOf, type AttentionGroup } from './attention-groups.ts';
import { attentionList, type LinkTo } from './attention-list.ts';
import { documentOf } from './document.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { projectSearch } from './project-search.ts';
import { projectTable } from './project-table.ts';
import { MOST_CAUSES, selectionOf, type PageQuery } from './selection.ts';
import { standingOfVerdict, titleOf, verdict } from './verdict.ts';

export interface PageOptions {
  /** Whether links can be followed: one to a page that asks for a key would need the key in it. */
  readonly isLinked: boolean;
  readonly query: PageQuery;
}

const KEY_NOTE = html`<p class="note">
  Each project has a page of its own: <code>/api/projects/</code> and its id, with the key that opened this one.
</p>`;

/** Status as a page, the whole document. Where the settings are bad it tells of nothing else. */
export function statusPage(report: StatusReport, { isLinked, query }: PageOptions): string {
  const attention = groupsOf(report.attention);
  const now = new Date(report.generatedAt);
  const linkTo: LinkTo = isLinked ? (id) => `projects/${encodeURIComponent(id)}` : null;
  const rest = report.settings.problems.length > 0 ? null : everything(report, query, linkTo);
  return documentOf({
    title: titleOf(report),
    installation: report.app,
    standing: standingOfVerdict(report),
    generatedAt: report.generatedAt,
    main: html`${verdict(report, attention)}
      <section aria-labelledby="attention">
        <h2 id="attention">Needs attention</h2>
        ${troubles(attention, now, query, linkTo)}
      </section>
      ${rest}`,
  });
}

function troubles(attention: readonly AttentionGroup[], now: Date, query: PageQuery, linkTo: LinkTo): Html {
  const shown = query.show === null ? attention.slice(0, MOST_CAUSES) : attention;
  const list = attentionList(shown, now, linkTo);
  if (shown.length === attention.length) return list;
  const words = `The worst ${shown.length} of ${attention.length}.`;
  const way =
    linkTo === null
      ? html`All of them: this address with <code>&amp;show=attention</code> at its end.`
      : html`<a href="?show=attention#attention">All of them</a>`;
  return html`${list}
    <p class="note">${words} ${way}</p>`;
}

function everything(report: StatusReport, query: PageQuery, linkTo: LinkTo): Html {
  return html`<section aria-labelledby="projects">
      <h2 id="projects">Projects</h2>
      ${projectList(report, query, linkTo)}
    </section>
    <section aria-labelledby="rest">
      <h2 id="rest">Everything else</h2>
      ${facts(report)}
    </section>`;
}

function projectList(report: StatusReport, query: PageQuery, linkTo: LinkTo): Html {
  if (report.projects.length === 0) return html`<p class="calm">No list of projects was accepted yet.</p>`;
  const selection = selectionOf(report, query);
  const table =
    selection.rows.length === 0
      ? null
      : html`<div class="scroll" role="region" aria-label="Table of projects" tabindex="0">
          ${projectTable(report, selection.rows, linkTo)}
        </div>`;
  return html`${projectSearch(selection, linkTo !== null)} ${table} ${linkTo === null ? KEY_NOTE : null}`;
}
