import type { Divergence, DivergenceRow } from '../core/status/divergence-report.ts';
import { html, nothing, quoting, type Html, type Piece } from './html.ts';
import { cell, table } from './table.ts';
import { agoTimed } from './times.ts';

/** What somebody changed on the copy in use: in words, in three columns, and the fingerprints folded away. */
export function divergencePanel(divergence: Divergence | null, now: Date): Piece {
  if (divergence === null) return null;
  const { changes, rows, details, copiedAt, sourceSeenAt, seenAt } = divergence;
  const seen = sourceSeenAt === null ? 'never seen' : html`seen ${agoTimed(sourceSeenAt, now)}`;
  const words =
    changes.length === 0
      ? null
      : html`<ul>
          ${changes.map((change) => html`<li>${quoting(change)}</li>`)}
        </ul>`;
  return html`<section aria-labelledby="changed">
    <h2 id="changed">What somebody changed on the copy</h2>
    ${words}
    <p>Copied ${agoTimed(copiedAt, now)}; source ${seen}; copy seen ${agoTimed(seenAt, now)}.</p>
    ${threeColumns('What was copied, what the source is and what the copy is', rows)}
    <details>
      <summary>Fingerprints</summary>
      ${threeColumns('Fingerprints, shortened', details)}
    </details>
  </section>`;
}

function threeColumns(caption: string, rows: readonly DivergenceRow[]): Html {
  const text = (value: string | null): Piece => (value === null ? nothing('not known') : quoting(value));
  return table(
    caption,
    ['What', 'Copied then', 'Source now', 'Copy now'],
    rows.map(
      ({ what, copied, source, copy }) =>
        html`<tr role="row">
          <th role="rowheader" scope="row">${what}</th>
          ${cell('Copied then', text(copied))} ${cell('Source now', text(source))} ${cell('Copy now', text(copy))}
        </tr> `,
    ),
  );
}
