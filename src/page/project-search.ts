import { html, quoting, type Html, type Piece } from './html.ts';
import type { Selection } from './selection.ts';

/** How to come to other projects than those shown, without a script; where links can't be followed, in words. */
export function projectSearch(selection: Selection, isLinked: boolean): Html {
  const { all, troubled, query, show } = selection;
  const count = html`<p class="count" id="shown">${shownWords(selection)}</p>`;
  if (!isLinked) return html`${count}${unlinkedWords(selection)}`;
  const choice = (value: 'attention' | 'all', words: string): Html => {
    const search = query.search === '' ? '' : `&q=${encodeURIComponent(query.search)}`;
    const current = show === value ? html` aria-current="true"` : null;
    return html`<a href="?show=${value}${search}" ${current}>${words}</a>`;
  };
  return html`<div class="choose">
      <form method="get" role="search">
        ${query.show === null ? null : html`<input type="hidden" name="show" value="${query.show}" />`}
        <label for="q">Name or id</label>
        <input type="search" id="q" name="q" value="${query.search}" autocomplete="off" spellcheck="false" />
        <button type="submit">Search</button>
      </form>
      <nav aria-label="Which projects">
        ${choice('attention', `Need attention (${troubled})`)} ${choice('all', `All (${all})`)}
      </nav>
    </div>
    ${count}`;
}

function shownWords({ query, show, rows, fitting, all }: Selection): Piece {
  const kind = show === 'attention' ? ' that need attention' : '';
  const found = query.search === '' ? null : html` with “${quoting(query.search)}” in name or id`;
  if (fitting === 0) {
    if (query.search !== '') return html`None of ${all} projects${kind}${found}.`;
    return `None of ${all} projects needs attention.`;
  }
  if (rows.length < fitting) return html`The worst ${rows.length} of ${fitting} projects${kind}${found}.`;
  if (fitting === all) return html`${projectCount(all)}, the worst first.`;
  return html`${fitting} of ${projectCount(all)}${kind}${found}, the worst first.`;
}

function projectCount(count: number): string {
  return count === 1 ? '1 project' : `${count} projects`;
}

function unlinkedWords({ rows, all }: Selection): Piece {
  if (rows.length === all) return null;
  return html`<p class="note">
    All of them: this address with <code>&amp;show=all</code> at its end; those of a name: with <code>&amp;q=</code> and
    a part of it.
  </p>`;
}
