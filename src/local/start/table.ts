import Table from 'cli-table3';
import type { Row } from './rows.ts';

const HEAD = ['project', 'sync', 'lag', 'copy', 'images', 'published as', 'generations'];

/** The rows as a table to print. */
export function tableOf(rows: readonly Row[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  table.push(...rows.map(cellsOf));
  return table.toString();
}

function cellsOf(row: Row): string[] {
  const { name, sync, lagInSeconds, copy, images, publishedAs, generations } = row;
  return [
    name,
    sync,
    lagInSeconds === null ? '–' : `${lagInSeconds} s`,
    copy === null ? 'none' : `${copy.id.slice(0, 8)}, ${copy.isVerified ? 'verified' : 'unverified'}`,
    images.copy === null ? `– of ${images.source}` : `${images.copy} of ${images.source}`,
    publishedAs.join(', '),
    String(generations),
  ];
}

/** A line for each project that is not protected: what is missing, and where the app knows it, why and what to do. */
export function missingLines(rows: readonly Row[]): string[] {
  return rows.flatMap(({ name, missing, failure }) => {
    if (missing === null) return [];
    const why = failure === null ? '' : ` ${failure.code}: ${failure.message} ${failure.hint}`;
    return [`${name}: ${missing}.${why}`];
  });
}

/** The last word. */
export function summaryOf(rows: readonly Row[], elapsedInSeconds: number): string {
  const done = rows.filter(({ missing }) => missing === null).length;
  return `${done} of ${rows.length} projects protected in ${Math.round(elapsedInSeconds)} s`;
}
