import type { StatusReport } from '../core/status/report.ts';
import { groupsOf } from './attention-groups.ts';
import { attentionList, type LinkTo } from './attention-list.ts';
import { documentOf } from './document.ts';
import { facts } from './facts.ts';
import { html, type Html } from './html.ts';
import { projectTable } from './project-table.ts';
import { standingOfVerdict, titleOf, verdict } from './verdict.ts';

export interface PageOptions {
  /** Whether links can be followed: one to a page that asks for a key would need the key in it. */
  readonly isLinked: boolean;
}

const KEY_NOTE = html`<p class="note">
  Each project has a page of its own: <code>/api/projects/</code> and its id, with the key that opened this one.
</p>`;

/** Status as a page, the whole document. Where the settings are bad it tells of nothing else. */
export function statusPage(report: StatusReport, { isLinked }: PageOptions): string {
  const attention = groupsOf(report.attention);
  const now = new Date(report.generatedAt);
  const linkTo: LinkTo = isLinked ? (id) => `projects/${encodeURIComponent(id)}` : null;
  const rest = report.settings.problems.length > 0 ? null : everything(report, linkTo);
  return documentOf({
    title: titleOf(report),
    standing: standingOfVerdict(report),
    generatedAt: report.generatedAt,
    main: html`${verdict(report)}
      <section aria-labelledby="attention">
        <h2 id="attention">Needs attention</h2>
        ${attentionList(attention, now, linkTo)}
      </section>
      ${rest}`,
  });
}

function everything(report: StatusReport, linkTo: LinkTo): Html {
  return html`<section aria-labelledby="projects">
      <h2 id="projects">Projects</h2>
      <div class="scroll" role="region" aria-labelledby="projects" tabindex="0">${projectTable(report, linkTo)}</div>
      ${linkTo === null && report.projects.length > 0 ? KEY_NOTE : null}
    </section>
    <section aria-labelledby="rest">
      <h2 id="rest">Everything else</h2>
      ${facts(report)}
    </section>`;
}
