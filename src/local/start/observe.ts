/** How long an answer may take, in milliseconds. */
const PATIENCE_IN_MS = 5_000;

/** Asks for something over HTTP; resolves to the text of the answer. Throws, in plain words, what came instead. */
export async function ask(method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}): Promise<string> {
  // The host takes no order without a body of JSON.
  const order = { body: '{}', headers: { 'content-type': 'application/json', ...headers } };
  const response = await send(url, { method, ...(method === 'POST' ? order : { headers }) });
  if (!response.ok) throw new Error(`answers ${response.status}`);
  return response.text().catch((error: unknown) => fail(error));
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_IN_MS) });
  } catch (error) {
    return fail(error);
  }
}

function fail(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const isLate = error.name === 'TimeoutError';
  const { code } = { code: null, ...(error.cause as NodeJS.ErrnoException | undefined) };
  const what = isLate ? `does not answer within ${PATIENCE_IN_MS / 1_000} s` : 'breaks the connection';
  throw new Error(code === 'ECONNREFUSED' ? 'listens no longer' : what, { cause: error });
}

/** Keeps in mind who is in trouble, so that each trouble is told once, and its end. */
export class Troubles {
  readonly #say: (where: string, text: string) => void;
  readonly #known = new Map<string, { readonly text: string; readonly since: number }>();

  constructor(say: (where: string, text: string) => void) {
    this.#say = say;
  }

  has(where: string): boolean {
    return this.#known.has(where);
  }

  /** What a call brings; null where it fails, which is never more than a line to be told. */
  async unlessItFails<T>(where: string, call: () => Promise<T>): Promise<T | null> {
    const before = this.#known.get(where);
    try {
      const result = await call();
      if (before) this.#say(where, `answers again, after ${Math.round((performance.now() - before.since) / 1_000)} s`);
      this.#known.delete(where);
      return result;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (before?.text !== text) this.#say(where, text);
      this.#known.set(where, { text, since: before?.since ?? performance.now() });
      return null;
    }
  }
}
