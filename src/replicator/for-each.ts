import pMap from 'p-map';

/**
 * Runs `work` on every item, at most `limit` at a time, in the items' order. At the first error nothing more is begun
 * and what is under way is told to stop by its signal; the error is thrown once all of it has ended, so that nothing
 * happens after a failure was reported.
 */
export async function forEachAtMost<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const errors: unknown[] = [];
  const attempt = async (item: T): Promise<void> => {
    if (errors.length > 0) return;
    try {
      await work(item, stopped);
    } catch (error) {
      errors.push(error);
      stop.abort(error);
    }
  };
  await pMap(items, attempt, { concurrency: limit });
  if (errors.length > 0) throw errors[0];
}
