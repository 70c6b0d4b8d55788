import { z } from 'zod';
import { guidSchema } from './guid.ts';

/**
 * One line of the history, which tells years later what was copied, verified, deleted and decided, when and by whom.
 * A line is written once or more often; its `id` is the same for the same fact, so that it is read once.
 */
export const historyEntrySchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string().min(1),
  at: z.iso.datetime(),
  /** E.g. `copy.protected`; a reader must take names that it does not know. */
  event: z.string().min(1),
  /** The source project; null where the entry is about the app as a whole. */
  projectId: guidSchema.nullable(),
  projectName: z.string().nullable(),
  runId: z.string().nullable(),
  /** Who did it: `app`, or the person who decided. */
  by: z.string(),
  /** Why, in words or as a code; null where the event says it all. */
  reason: z.string().nullable(),
  /** What shows it, e.g. counts, ids of copies, hashes. */
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

const sinceSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** The time that somebody asks for the history from, a date or time of ISO 8601; null where the text is neither. */
export function parseSince(text: string): Date | null {
  const since = sinceSchema.safeParse(text);
  return since.success ? new Date(since.data) : null;
}

/** What the app does by itself. */
const BY_APP = 'app';

/** What an entry has to say for itself; the rest has a default. */
export type HistoryFacts = Pick<HistoryEntry, 'id' | 'at' | 'event' | 'evidence'> & Partial<HistoryEntry>;

/** An entry with these facts; by the app, and about no project, where they say nothing else. */
export function historyEntry(facts: HistoryFacts): HistoryEntry {
  return { schemaVersion: 1, projectId: null, projectName: null, runId: null, by: BY_APP, reason: null, ...facts };
}

/** Each entry once, the first line of each kept, oldest first. */
export function inOrder(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const byId = new Map<string, HistoryEntry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()].sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
}
