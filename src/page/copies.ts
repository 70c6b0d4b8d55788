import type { Difference, Generation } from '../core/facts/record.ts';
import { html, joined, nameOf, nothing, quoting, type Html, type Piece } from './html.ts';
import type { ProjectStory } from '../core/status/project-report.ts';
import { lostWords } from '../core/status/attention-of-project.ts';
import { cell, table } from './table.ts';
import { agoTimed } from './times.ts';

/** Every copy with the reason why it is kept, the newest first. */
export function copiesTable({ copies, record }: ProjectStory, now: Date): Html {
  if (copies.length === 0) return html`<p class="calm">There is none.</p>`;
  const rows = record.generations
    .map((generation) =>
      copyRow(
        generation,
        copies.find(({ runId }) => runId === generation.runId),
        record.current,
        now,
      ),
    )
    .reverse();
  return table(
    'Copies of this project, the newest first',
    ['Copy', 'Kept', 'Proof', 'Published as', 'Images', 'Holds'],
    rows,
  );
}

function copyRow(
  generation: Generation,
  keeping: ProjectStory['copies'][number] | undefined,
  current: string | null,
  now: Date,
): Html {
  const { name, replicaProjectId, importedAt, verifiedAt, published, exported, holds, adopted } = generation;
  const isCurrent = generation.runId === current;
  const kept =
    keeping === undefined
      ? nothing('not known')
      : html`${keeping.kept ? 'yes' : html`<b>no</b>`}: ${keeping.reason}${lostOf(keeping, now)}`;
  const names = published.map(({ publishName }) => html`<span class="tag">${nameOf(publishName)}</span>`);
  return html`<tr role="row" class="${isCurrent ? 'rest' : 'apart'}">
    <th role="rowheader" scope="row">
      ${nameOf(name)}<br /><code>${replicaProjectId}</code><br /><small
        >made ${agoTimed(importedAt, now)}${adopted ? ', recognised by its name' : null}</small
      >
    </th>
    ${cell('Kept', kept)}
    ${cell('Proof', verifiedAt === null ? html`<b class="doubt">not verified</b>` : html`verified ${agoTimed(verifiedAt, now)}`)}
    ${cell('Published as', names.length === 0 ? nothing('not published') : joined(names, ' '))}
    ${cell('Images', exported.images ?? nothing('not known'))}
    ${cell('Holds', html`what the primary had ${agoTimed(holds.observedAt, now)}`)}
  </tr> `;
}

/** What later copies lack of a copy that is pinned. */
function lostOf({ pinned }: ProjectStory['copies'][number], now: Date): Piece {
  if (pinned === null) return null;
  return html`<br /><small class="doubt"
      >pinned ${agoTimed(pinned.at, now)}; a later copy held ${lostWords(pinned.lost)}</small
    >`;
}

export function differencesTable(title: Html, differences: readonly Difference[]): Html {
  const rows = differences.map(
    ({ what, expected, found }) =>
      html`<tr role="row">
        <th role="rowheader" scope="row">${quoting(what)}</th>
        ${cell('Expected', html`<code>${quoting(expected)}</code>`)}
        ${cell('Found', html`<code>${quoting(found)}</code>`)}
      </tr> `,
  );
  return html`<h3>${title}</h3>
    ${table('Differences', ['What', 'Expected', 'Found'], rows)}`;
}
