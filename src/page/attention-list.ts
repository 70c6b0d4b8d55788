import type { Level } from '../core/status/attention-entry.ts';
import type { AttentionGroup, Subject } from './attention-groups.ts';
import { html, joined, nameOf, quoting, type Html, type Piece } from './html.ts';
import { terms } from './terms.ts';
import { agoTimed, timed, until } from './times.ts';

const MOST_NAMES = 8;

const WORDS: Readonly<Record<Level, string>> = { critical: 'Critical', warning: 'Warning', notice: 'To know' };

/** Where a project's own page is, seen from the page that shows it; null where a link to it could not be followed. */
export type LinkTo = ((projectId: string) => string) | null;

/** What is the matter, the worst first; an empty list says that nothing is. */
export function attentionList(attention: readonly AttentionGroup[], now: Date, linkTo: LinkTo): Html {
  if (attention.length === 0) return html`<p class="calm">Nothing.</p>`;
  return html`<ol class="attention">
    ${attention.map((entry) => attentionEntry(entry, now, linkTo))}
  </ol>`;
}

function attentionEntry(entry: AttentionGroup, now: Date, linkTo: LinkTo): Html {
  const { level, code, subjects, message, healsByItself, nextAttemptAt, since, hint } = entry;
  const facts: readonly (readonly [string, Piece])[] = [
    ['Heals by itself', healsByItself ? 'yes' : html`<b>no</b>`],
    ...(nextAttemptAt === null ? [] : [['Next try', timed(until(nextAttemptAt, now), nextAttemptAt)] as const]),
    ...(since === null ? [] : [['Since', agoTimed(since, now)] as const]),
  ];
  return html`<li class="${level}">
    <p class="what">
      <span class="level">${WORDS[level]}</span> <code>${quoting(code)}</code> ${who(subjects, linkTo)}
    </p>
    ${terms(facts)}
    <p>${quoting(message)}</p>
    <p class="todo"><span class="lead">What to do:</span> ${quoting(hint)}</p>
  </li> `;
}

function who(subjects: readonly Subject[], linkTo: LinkTo): Piece {
  const shown = subjects.slice(0, MOST_NAMES).map(({ id, name, effect }) => {
    const linked = linkTo === null ? nameOf(name) : html`<a href="${linkTo(id)}">${nameOf(name)}</a>`;
    return html`<b>${linked}</b>${effect === null ? null : html` (${effect})`}`;
  });
  const more = subjects.length - shown.length;
  return [joined(shown, ', '), more > 0 ? ` and ${more} more` : null];
}
