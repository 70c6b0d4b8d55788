import type { Row } from './rows.ts';

/** What is new since the rows were last looked at, a line each. */
export function newsOf(before: readonly Row[], now: readonly Row[]): string[] {
  const earlier = new Map(before.map((row) => [row.id, row]));
  const news = now.flatMap((row) => newsOfRow(earlier.get(row.id), row).map((text) => `${row.name}: ${text}`));
  const wasDone = before.length > 0 && before.every(isDone);
  if (now.every(isDone) && !wasDone) news.push(`all ${now.length} projects are protected and in sync`);
  return news;
}

/** How far it all is, for when there has been no news for a while. */
export function standOf(rows: readonly Row[]): string {
  const copying = rows.filter(({ sync }) => sync === 'copying').length;
  return `${rows.filter(isDone).length} of ${rows.length} projects are protected, ${copying} being copied`;
}

function newsOfRow(before: Row | undefined, { name, copy, images, publishedAs }: Row): string[] {
  if (copy === null) return [];
  const contents = [`${images.copy ?? 'no'} images`, ...publishedWords(publishedAs)].join(', ');
  if (before?.copy == null) return [`protected (${contents})`];
  if (before.copy.id !== copy.id) return [`copied again (${contents})`];
  const news: string[] = [];
  // A copy that takes another name than the project's is about to make way for a newer one.
  if (before.copy.name !== copy.name && copy.name === name) news.push('the copy has its new name too');
  if (before.publishedAs.join() !== publishedAs.join()) {
    news.push(`the copy is ${publishedWords(publishedAs).join() || 'no longer published'} too`);
  }
  return news;
}

function publishedWords(publishedAs: readonly string[]): string[] {
  return publishedAs.length === 0 ? [] : [`published as ${publishedAs.join(', ')}`];
}

function isDone({ missing }: Row): boolean {
  return missing === null;
}
