import type { HistoryEntry } from '../core/facts/history.ts';
import { html, nameOf, quoting, type Html, type Piece } from './html.ts';
import { clockTime, timed } from './times.ts';

/** What ever happened to a project, oldest first; or why that could not be read. */
export type Past =
  { readonly entries: readonly HistoryEntry[]; readonly unreadable: number } | { readonly failure: string };

/** So many entries a page has; the address of the whole history has the rest. */
const MOST_ENTRIES = 100;

/** An event of another version of the app is shown by its own name. */
const WORDS: Readonly<Partial<Record<string, string>>> = {
  'import.begun': 'A copy was begun',
  'copy.protected': 'A new copy was verified and put into use',
  'copy.promoted': 'A copy that was there came into use',
  'run.ended': 'The making of a copy ended',
  'copy.pinned': 'A copy was pinned',
  'copy.released': 'Pinned copies were released',
  'copy.restored': 'An older copy was put back into use',
  'copy.retired': 'A copy was retired',
  'copy.lost': 'A copy was found to be gone, or not ours any more',
  'publication.changed': 'A publication of a copy was changed',
  'project.parked': 'It began to wait for a person',
  'project.unparked': 'It waits for nobody any more',
  failover: 'Clients were sent to the copy',
  failback: 'Clients were sent back to the primary',
  'backup.recorded': 'A model backup was kept',
  'drill.passed': 'A drill found the copy to work',
  'drill.failed': 'A drill found the copy not to work',
};

/** @param whole where the whole history is, seen from the page; null where a link can't be followed. */
export function historyList(past: Past, whole: string | null): Html {
  if ('failure' in past) return html`<p class="doubt">It can’t be read now: ${quoting(past.failure)}</p>`;
  const { entries, unreadable } = past;
  const damaged =
    unreadable === 0 ? null : html`<p class="doubt">Lines of it that are damaged, and not shown: ${unreadable}.</p>`;
  if (entries.length === 0)
    return html`${damaged}
      <p class="calm">Nothing stands in it yet.</p>`;
  const shown = entries.slice(-MOST_ENTRIES).reverse();
  const count = shown.length < entries.length ? `The last ${shown.length} of ${entries.length} entries.` : null;
  const link = whole === null ? null : html`<a href="${whole}">All of it, as JSON</a>`;
  return html`${damaged}
    <ol class="timeline">
      ${shown.map(entryRow)}
    </ol>
    <p class="note">${count} ${link}</p>`;
}

function entryRow({ at, event, by, reason, evidence }: HistoryEntry): Html {
  const who = by === 'app' ? null : html`, by ${quoting(by)}`;
  const why = reason === null ? null : html`: ${quoting(reason)}`;
  const words = WORDS[event];
  return html`<li>
    ${timed(clockTime(at), at)}
    <div>
      ${words ?? html`<code>${quoting(event)}</code>`}${who}${why}<br /><small>${evidenceWords(evidence)}</small>
    </div>
  </li> `;
}

/** Longer than this no word of evidence helps who reads it; the whole stands behind it, and in the JSON. */
const LONGEST_WORD = 60;

function evidenceWords(evidence: HistoryEntry['evidence']): Piece {
  return Object.entries(evidence)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => html`<span class="fact">${plainName(name)} ${valueOf(String(value))}</span> `);
}

/** `replicaProjectId` as `replica project id`. */
function plainName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function valueOf(text: string): Html {
  if (/^(r\d+-)?[0-9a-f]{32,}$/.test(text)) return html`<code title="${text}">${text.slice(0, 11)}…</code>`;
  if (text.length > LONGEST_WORD) return html`<b title="${text}">${quoting(text.slice(0, LONGEST_WORD))}…</b>`;
  return html`<b>${nameOf(text)}</b>`;
}
