/** The one place where deadlines are made. How long each lasts is an argument; they run in real time, whatever the app's clock says. */

/** Something did not end in time. Its code is that of a connection that went silent, which is what it looks like from here. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  readonly code = 'ETIMEDOUT';
}

/**
 * Runs work that ends within so many milliseconds and not beyond the caller's signal, even where it heeds no signal itself:
 * what such work does later is not waited for. Rejects with what `late` makes, with the signal's reason, or as the work does.
 */
export async function within<T>(
  limitInMs: number,
  caller: AbortSignal | undefined,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(late()), limitInMs);
  const signal = caller === undefined ? deadline.signal : AbortSignal.any([caller, deadline.signal]);
  try {
    signal.throwIfAborted();
    return await untilAborted(work(signal), signal);
  } catch (error) {
    // Whatever an aborted call throws, the reason for the abort says more.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A signal that aborts after so many milliseconds with what `late` makes; for work that may stop only where it heeds the
 * signal. It keeps no process alive.
 */
export function deadlineSignal(limitInMs: number, late: () => Error): AbortSignal {
  const deadline = new AbortController();
  setTimeout(() => deadline.abort(late()), limitInMs).unref();
  return deadline.signal;
}

/** Settles as the work does, or rejects with the signal's reason as soon as that aborts. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * The pieces of a stream, none of which may be waited for longer than so many milliseconds: a transfer may be long, but not
 * silent. The time in which nobody asks for the next piece does not count.
 */
export async function* withoutSilence<T>(
  source: AsyncIterable<T>,
  limitInMs: number,
  late: () => Error,
): AsyncGenerator<T> {
  const pieces = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const piece = await within(limitInMs, undefined, late, () => pieces.next());
      if (piece.done === true) return;
      yield piece.value;
    }
  } finally {
    // Not waited for: the end of a source that is silent may never come.
    void Promise.resolve(pieces.return?.()).catch(() => undefined);
  }
}
