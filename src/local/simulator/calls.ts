/** One call of the Training or the Prediction API, as it came and how it was answered. */
export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly version: string;
  /** As it was sent, query included; an import token is shown as `***`. */
  readonly path: string;
  /** Null while there is no answer, and where none was given: the connection was dropped, or left hanging. */
  status: number | null;
  /** The kind of the fault that it suffered. */
  fault: string | null;
  /** When it came, in the simulator's time, in milliseconds since the epoch. */
  readonly at: number;
  /** What the answer's `apim-request-id` says. */
  readonly requestId: string;
}

const KEPT = 10_000;

/** The last calls, oldest first. */
export class CallLog {
  readonly #calls: Call[] = [];

  add(call: Call): Call {
    this.#calls.push(call);
    if (this.#calls.length > KEPT) this.#calls.shift();
    return call;
  }

  get all(): readonly Call[] {
    return this.#calls;
  }

  /** Those of one operation. */
  of(operation: string): readonly Call[] {
    return this.#calls.filter((call) => call.operation === operation);
  }

  clear(): void {
    this.#calls.length = 0;
  }
}

export function withoutToken(pathAndQuery: string): string {
  return pathAndQuery.replace(/([?&]token=)[^&]*/gi, '$1***');
}
