import type { ProjectReport } from '../core/status/project-report.ts';
import { isInScope } from '../core/status/project-report.ts';
import type { StatusReport } from '../core/status/report.ts';
import type { LinkTo } from './attention-list.ts';
import { backupsOf } from './facts.ts';
import { html, joined, nameOf, nothing, quoting, type Html, type Piece } from './html.ts';
import { lagBar } from './lag-bar.ts';
import { moodOf, syncWords, waitWords } from './sync-words.ts';
import { agoTimed } from './times.ts';
import { duration } from '../core/status/words.ts';

const COLUMNS = [
  'Project',
  'Sync',
  'At risk',
  'Proof',
  'Current copy',
  'Published as',
  'Copies',
  'Backups',
  'Waits for',
] as const;

/** The roles are what the elements are anyhow; said aloud, they last where a narrow screen shows rows as cards. */
export function projectTable(report: StatusReport, rows: readonly ProjectReport[], linkTo: LinkTo): Html {
  const objective = report.summary.recoveryPointObjectiveSeconds;
  const legend = objective === null ? null : html` <small>(line: ${duration(objective)})</small>`;
  // A column that says nothing of any project only keeps the others apart.
  const hasBackups = report.projects.some((project) => backupsOf(project) !== null);
  const columns = COLUMNS.filter((column) => column !== 'Backups' || hasBackups);
  return html`<table role="table" class="projects">
    <caption class="unseen">
      Projects of the primary, the worst first
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}${column === 'At risk' ? legend : null}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((project) => row(project, report, columns, linkTo))}
    </tbody>
  </table>`;
}

type Column = (typeof COLUMNS)[number];

function row(project: ProjectReport, report: StatusReport, columns: readonly Column[], linkTo: LinkTo): Html {
  const { id, name, sync, atRiskSeconds, observedAt } = project;
  const now = new Date(report.generatedAt);
  const attention = report.attention.find(({ about, projectId }) => about === 'project' && projectId === id);
  // An address that can't be linked to can be put together from the id.
  const heading =
    linkTo === null ? html`${nameOf(name)}<br /><code>${id}</code>` : html`<a href="${linkTo(id)}">${nameOf(name)}</a>`;
  // How it stands is true as of the last look at its source, and of nothing later.
  const seen =
    observedAt === null || sync === 'excluded'
      ? null
      : html`<br /><small class="whole">as of ${agoTimed(observedAt, now)}</small>`;
  const cells: readonly (readonly [Column, Piece])[] = [
    ['Sync', html`${syncWords(project)}${seen}`],
    ['At risk', lagBar(atRiskSeconds, report.summary.recoveryPointObjectiveSeconds)],
    ['Proof', proof(project, now)],
    ['Current copy', copy(project, now)],
    ['Published as', published(project)],
    ['Copies', copies(project)],
    ['Backups', backupsOf(project) ?? nothing('not known')],
    ['Waits for', waitWords(project, now, report.sweep.nextStartAt)],
  ];
  const shown = cells.filter(([column]) => columns.includes(column));
  return html`<tr role="row" class="${moodOf(project, attention?.level ?? null)}">
    <th role="rowheader" scope="row">${heading}</th>
    ${shown.map(([column, piece]) => html`<td role="cell" data-column="${column}"><div>${piece}</div></td> `)}
  </tr> `;
}

/** When the copy was last held against its source label by label: says nothing about how far behind it is. */
export function proof({ replica }: ProjectReport, now: Date): Piece {
  if (replica === null) return nothing('there is no copy');
  if (replica.verifiedAt === null) return html`<b class="doubt">not verified</b>`;
  return html`verified ${agoTimed(replica.verifiedAt, now)}`;
}

function copy({ name, sync, replica, revision }: ProjectReport, now: Date): Piece {
  if (replica === null) return sync === 'excluded' ? nothing('none') : html`<b class="doubt">none</b>`;
  const other = replica.name === name ? null : html`${nameOf(replica.name)}<br />`;
  const older = revision !== null && revision !== replica.revision ? ', of an older revision' : null;
  const count = replica.differences.length;
  const differences =
    count === 0 ? null : html`<br /><small>${count === 1 ? '1 difference' : `${count} differences`} noted</small>`;
  return html`${other}<code title="${replica.projectId}">${replica.projectId.slice(0, 8)}</code><br />
    <small>made ${agoTimed(replica.importedAt, now)}${older}</small>${differences}`;
}

function copies({ generations, pinned }: ProjectReport): Piece {
  return pinned === 0 ? generations : html`${generations}<br /><small class="doubt">${pinned} pinned</small>`;
}

function published(project: ProjectReport): Piece {
  const { replica, readiness } = project;
  const names = (replica?.publishedAs ?? []).map(
    (publishName) => html`<span class="tag">${nameOf(publishName)}</span>`,
  );
  // Without a copy, the column beside it says so.
  const isLacking = replica !== null && readiness.reasons.length > 0 && isInScope(project);
  // What a person has to see to stands above the table, in as many words as it takes.
  const reason = project.sync === 'parked' ? null : html`: ${quoting(readiness.reasons.join('; '))}`;
  const state = readiness.state === 'unknown' ? 'not known whether ready' : 'not ready';
  const lacking = isLacking ? html`<small class="doubt">${state}${reason}</small>` : null;
  if (names.length === 0 && lacking === null) return nothing('not published');
  return [joined(names, ' '), names.length > 0 && lacking !== null ? html`<br />` : null, lacking];
}
