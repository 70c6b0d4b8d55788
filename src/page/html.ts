import { html as template } from 'hono/html';

/** Markup whose values were escaped when it was made. */
export type Html = Exclude<ReturnType<typeof template>, Promise<unknown>>;

/** What may stand in a template. Text is escaped; null leaves nothing behind. */
export type Piece = string | number | null | Html | readonly Piece[];

/** A tagged template: everything put into it is escaped, save for what such a template made. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const made = template(strings, ...pieces);
  // Only a promise among the values makes for a promise, and the type of the values has none.
  if (made instanceof Promise) throw new TypeError('A page is made of values, not of promises.');
  return made;
}

/** Pieces with something between them. */
export function joined(pieces: readonly Piece[], between: Piece): Piece[] {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [between, piece]));
}

/** Text that may quote anybody's: what that does to the direction of text ends with it. */
export function quoting(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** A name that anybody may have chosen. */
export function nameOf(name: string): Html {
  return name.trim() === '' ? html`<i>(no name)</i>` : quoting(name);
}

/** Nothing to show, and what that means to somebody who can't see a dash. */
export function nothing(meaning: string): Html {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="unseen">${meaning}</span></span>`;
}
