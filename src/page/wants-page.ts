import { parseAccept } from 'hono/utils/accept';

/**
 * Whether the caller asked for a page: `text/html` has to be named, as browsers do, and nothing that JSON satisfies may
 * be preferred to it. `*` alone, as curl sends it, or no header at all asks for JSON.
 */
export function wantsPage(accept: string | null): boolean {
  const ranges = parseAccept(accept ?? '').map(({ type, q }) => ({ type: type.toLowerCase(), q }));
  const qualityOf = (type: string): number | null => ranges.find((range) => range.type === type)?.q ?? null;
  const page = qualityOf('text/html') ?? 0;
  const named = qualityOf('application/json') ?? qualityOf('application/*');
  if (page === 0) return false;
  return named === null ? page >= (qualityOf('*/*') ?? 0) : page > named;
}
