import { history } from '../../app/queries.ts';
import { historyAsCsv } from '../../core/history/csv.ts';
import { parseSince, type HistoryEntry } from '../../core/facts/history.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { knownProject } from '../known-projects.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';

export interface HistoryOptions {
  readonly since?: string;
  readonly csv?: true;
}

/** What happened, oldest first: to one project, or to everything. */
export async function tellHistory(
  session: Session,
  name: string | undefined,
  { since: text, csv }: HistoryOptions,
): Promise<ExitCode> {
  const since = text === undefined ? null : parseSince(text);
  if (text !== undefined && since === null) {
    throw new UsageError(`--since ${text} is no date or time. Expected one of ISO 8601, e.g. 2026-11-01.`);
  }
  const opened = session.open();
  const id = name === undefined ? null : (await knownProject(opened, name)).id;
  const found = await history(opened, id, since);
  const entries = found?.entries ?? [];
  const { printer } = session;
  if (csv === true) printer.terminal.out(historyAsCsv(entries));
  else printer.json({ generatedAt: found?.generatedAt ?? null, unreadable: found?.unreadable ?? 0, entries });
  if (csv !== true && entries.length === 0) printer.line('Nothing is in the history that far.');
  if (csv !== true) printer.table(['when', 'what', 'project', 'by', 'why, or what of it'], entries.map(rowOf));
  const unreadable = found?.unreadable ?? 0;
  if (unreadable === 0) return EXIT.ok;
  printer.note(`${unreadable} lines of the history cannot be read.`);
  return EXIT.warning;
}

function rowOf({ at, event, projectName, by, reason, evidence }: HistoryEntry): string[] {
  return [at.slice(0, 19).replace('T', ' '), event, projectName ?? '', by, reason ?? inWords(evidence)];
}

/** What was seen, without the long ids: those are in the JSON. */
function inWords(evidence: HistoryEntry['evidence']): string {
  return Object.entries(evidence)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value).slice(0, 40)}`)
    .slice(0, 4)
    .join(', ');
}
