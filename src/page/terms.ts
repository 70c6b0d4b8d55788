import { html, type Html, type Piece } from './html.ts';

/** Names and what they are, as a list of terms. */
export function terms(entries: readonly (readonly [string, Piece])[]): Html {
  return html`<dl class="terms">
    ${entries.map(
      ([term, piece]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${piece}</dd>
        </div> `,
    )}
  </dl>`;
}
