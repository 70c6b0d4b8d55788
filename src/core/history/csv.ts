import type { HistoryEntry } from '../facts/history.ts';

const COLUMNS = ['at', 'event', 'projectId', 'projectName', 'runId', 'by', 'reason', 'evidence'] as const;

/** The entries as RFC 4180 has it, with a head line; `evidence` as JSON. */
export function historyAsCsv(entries: readonly HistoryEntry[]): string {
  const lines = entries.map((entry) => COLUMNS.map((column) => cell(entry[column])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

function cell(value: HistoryEntry[(typeof COLUMNS)[number]]): string {
  const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  // A spreadsheet takes what begins like this for a formula, and names are whatever somebody called a project.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
