import type { ProjectStory } from '../core/status/project-report.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { html, joined, nameOf, quoting, type Html, type Piece } from './html.ts';
import { clockTime, timed } from './times.ts';

interface Moment {
  readonly at: string;
  readonly what: Piece;
}

/** What the record knows the times of, the newest first; what is yet to come stands above. */
export function timeline({ record, frozen, pinnedCopies }: ProjectStory, now: Date): Html {
  const moments = [...momentsOf(record), ...momentsOfHeld({ frozen, pinnedCopies })].sort(
    (one, other) => Date.parse(other.at) - Date.parse(one.at),
  );
  if (moments.length === 0) return html`<p class="calm">Nothing has happened yet.</p>`;
  return html`<ol class="timeline">
    ${moments.map(({ at, what }) => {
      const isToCome = Date.parse(at) > now.getTime();
      return html`<li class="${isToCome ? 'to-come' : 'past'}">${timed(clockTime(at), at)} <span>${what}</span></li> `;
    })}
  </ol>`;
}

function* momentsOfHeld({ frozen, pinnedCopies }: Pick<ProjectStory, 'frozen' | 'pinnedCopies'>): Iterable<Moment> {
  for (const { name, since } of pinnedCopies) yield { at: since, what: html`${nameOf(name)} was pinned` };
  if (frozen !== null) yield { at: frozen.since, what: html`${quoting(frozen.by)} froze the project` };
}

function* momentsOf({
  source,
  inSyncAt,
  generations,
  run,
  wake,
  failure,
  triggeredAt,
}: ReplicaRecord): Iterable<Moment> {
  for (const { name, importedAt, verifiedAt, published } of generations) {
    const names =
      published.length === 0
        ? null
        : html`, published as
          ${joined(
            published.map(({ publishName }) => nameOf(publishName)),
            ', ',
          )}`;
    yield { at: importedAt, what: html`${nameOf(name)} was imported${names}` };
    if (verifiedAt !== null) yield { at: verifiedAt, what: html`${nameOf(name)} was last verified` };
  }
  if (inSyncAt !== null && inSyncAt !== source?.observedAt)
    yield { at: inSyncAt, what: 'the last look that found the copy in sync' };
  if (source !== null) yield { at: source.observedAt, what: 'the last look at the source' };
  if (run !== null) yield* momentsOfRun(run);
  if (triggeredAt !== null) yield { at: triggeredAt, what: 'a trigger came while a copy was being made' };
  if (failure !== null) {
    yield { at: failure.since, what: html`<code>${quoting(failure.code)}</code> for the first time` };
    if (failure.nextAttemptAt !== null) yield { at: failure.nextAttemptAt, what: 'the next try' };
  }
  if (wake !== null && wake.dueAt !== failure?.nextAttemptAt) yield { at: wake.dueAt, what: 'the next look' };
}

function* momentsOfRun(run: NonNullable<ReplicaRecord['run']>): Iterable<Moment> {
  const moments: readonly (readonly [string | null | undefined, string])[] = [
    [run.startedAt, 'a new copy was begun'],
    [run.intent?.requestedAt, 'its import was asked for'],
    [run.adoptedAt, 'it was recognised by its name'],
    [run.importedAt, 'its import was done'],
    [run.markedAt, 'it was marked as a replica'],
    [run.verified?.at, 'it was verified'],
    [run.naming?.predecessorRenamedAt, 'the copy before it made room for its name'],
    [run.naming?.namedAt, 'it was named'],
    [run.discard?.at, 'it was given up'],
  ];
  for (const [at, what] of moments) if (at != null) yield { at, what };
}
