import { html, type Html, type Piece } from './html.ts';

/** A cell under a column, whose name it bears where a narrow screen shows rows as cards. */
export function cell(column: string, piece: Piece): Html {
  return html`<td role="cell" data-column="${column}"><div>${piece}</div></td> `;
}

/** A table that can be scrolled by keyboard; `caption` is for those who can't see it. */
export function table(caption: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table role="table">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows}
      </tbody>
    </table>
  </div>`;
}
