import type { Row } from './rows.ts';

/** What is new since the rows were last looked at, a line each. */
export function newsOf(before: readonly Row[], now: readonly Row[]): string[] {
  const earlier = new Map(before.map((row) => [row.id, row]));
  const news = now.flatMap((row) => newsOfRow(earlier.get(row.id), row).map((text) => `${row.name}: ${text}`));
  const wasDone = before.length > 0 && before.every(isDone);
  if (now.every(isDone) && !wasDone) news.push(`all ${now.length} projects are protected and in sync`);
  return news;
}

function newsOfRow(before: Row | undefined, { copy, images, publishedAs, generations }: Row): string[] {
  if (copy === null) return [];
  const contents = `${images.copy ?? 'no'} images${publishedAs.length > 0 ? `, published as ${publishedAs.join(', ')}` : ''}`;
  if (before?.copy == null) return [`protected (${contents})`];
  if (before.copy.id !== copy.id) return [`copied again, generation ${generations} (${contents})`];
  const news: string[] = [];
  if (before.copy.name !== copy.name) news.push(`its copy is renamed too, from ${before.copy.name}`);
  if (before.publishedAs.join() !== publishedAs.join()) {
    news.push(publishedAs.length === 0 ? 'its copy is no longer published' : `its copy is published as ${publishedAs.join(', ')} too`);
  }
  return news;
}

function isDone({ missing }: Row): boolean {
  return missing === null;
}
