import { errors } from 'undici';
import { z } from 'zod';
import { isFailure, type Executed, type ReplicationFailure } from '../core/facts/failure.ts';
import type { Holds } from '../core/facts/hold.ts';
import { afterCall, NEVER_ASKED, type ResourceHealth } from '../core/facts/resource-health.ts';
import { within } from '../deadline.ts';
import type { Document } from '../replicator/ports/storage.ts';
import { authorize, type Authorization, type Credential } from './authorization.ts';
import { Connections, type HttpConnections } from './connections.ts';
import {
  answerFailure,
  badAnswer,
  deadlineFailure,
  networkFailure,
  tokenFailure,
  unreadable,
  unsendable,
  type Answer,
  type Site,
} from './failures.ts';
import { parseJson } from './error-body.ts';
import type { Call } from './operations.ts';
import { HeldCalls } from './held-calls.ts';
import { Pacer } from './pacer.ts';
import { withRetry } from './retry.ts';
import type { Timing } from './timing.ts';

/** What one call may take; the defaults are below. */
export interface Limits {
  /** For one attempt, from sending to the last byte of the answer. */
  readonly deadlineInMs: number;
  /** The same for ExportProject and ImportProject. */
  readonly copyDeadlineInMs: number;
  /** After so long no further attempt is begun: with the last one, a call ends well before its message comes back. */
  readonly repeatWithinInMs: number;
  /** How often a repeatable call is sent at most. */
  readonly attempts: number;
  /** How long a repeatable call waits between its attempts at most, in all. */
  readonly totalWaitInMs: number;
  readonly answerInBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  deadlineInMs: 60_000,
  copyDeadlineInMs: 120_000,
  repeatWithinInMs: 120_000,
  attempts: 5,
  totalWaitInMs: 30_000,
  answerInBytes: 64 * 1024 * 1024,
};

/** Calls of a resource, retries included. */
export interface CallCounts {
  readonly calls: number;
  /** Those that were answered, whatever the answer, save by a 5xx or by refusing the key or role. */
  readonly answered: number;
  /** Those that were too many, as a 429 says or a 403 that is out of quota. These are answers too. */
  readonly throttled: number;
  /** The code of the last call that was not answered; null where all were. */
  readonly failureCode: string | null;
}

const NO_CALLS: CallCounts = { calls: 0, answered: 0, throttled: 0, failureCode: null };

export interface TransportOptions {
  /** `https://<name>.cognitiveservices.azure.com`, with or without a `/` at its end. */
  readonly endpoint: string;
  readonly authorization: Authorization;
  readonly callsPerSecond: number;
  readonly limits: Limits;
  readonly timing: Timing;
  /** Where waits that a resource asks for are stored for every instance; absent: they hold in this process alone. */
  readonly holds?: Document<Holds>;
  /** Sockets unless given. */
  readonly connections?: HttpConnections;
}

/**
 * Sends calls to one Custom Vision resource: paced, within a deadline, again where that is safe, and with every way
 * in which it can go wrong told as a ReplicationFailure. A caller's abort is no failure: it rejects with the reason.
 */
export class Transport {
  readonly host: string;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #options: TransportOptions;
  readonly #pacer: Pacer;
  readonly #held: HeldCalls;
  readonly #connections: HttpConnections;
  #counts: CallCounts = NO_CALLS;
  #health: ResourceHealth = NEVER_ASKED;

  constructor(options: TransportOptions) {
    const url = new URL(options.endpoint);
    this.host = url.host.toLowerCase();
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#options = options;
    this.#pacer = new Pacer(options.callsPerSecond, options.timing);
    this.#held = new HeldCalls(this.host, options.holds ?? null, options.timing);
    this.#connections = options.connections ?? new Connections(options.limits.answerInBytes);
  }

  /** The answer to a call, once its status is a success. */
  async send(call: Call, signal: AbortSignal): Promise<Answer> {
    return this.#noted(call, signal, () => this.#send(call, signal));
  }

  /** The same, with the answer read as JSON of that shape. */
  async read<T>(call: Call, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return this.#noted(call, signal, () => this.#read(call, schema, signal));
  }

  /** What a call shows of the resource is known once it has ended, after whatever attempts; one that is given up shows nothing. */
  async #noted<T>({ operation }: Call, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const { timing } = this.#options;
    const [isOfAll, isWrite] = [operation.name === 'GetProjects', operation.method !== 'GET'];
    const call = { startedAt: timing.now(), isOfAll, isWrite };
    const note = (failure: ReplicationFailure | null): void => {
      this.#health = afterCall(this.#health, { ...call, at: timing.now(), failure });
    };
    try {
      const answer = await run();
      note(null);
      return answer;
    } catch (error) {
      if (!signal.aborted && isFailure(error)) note(error);
      throw error;
    }
  }

  async #send(call: Call, signal: AbortSignal): Promise<Answer> {
    const { limits, timing } = this.#options;
    const budget = {
      attempts: call.operation.repeatable ? limits.attempts : 1,
      totalWaitInMs: limits.totalWaitInMs,
      spent: AbortSignal.timeout(limits.repeatWithinInMs),
    };
    signal.throwIfAborted();
    try {
      return await withRetry(() => this.#attempt(call, signal), budget, timing, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  async #read<T>(call: Call, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = await this.#send(call, signal);
    const { text } = answer;
    const json = parseJson(text);
    if (json === undefined) {
      throw badAnswer(
        text === '' ? 'its body is empty' : 'its body is not JSON, or was cut short',
        this.#site(call),
        answer,
      );
    }
    const read = schema.safeParse(json);
    if (read.success) return read.data;
    throw unreadable(z.prettifyError(read.error), this.#site(call), answer);
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  /** What was sent since this was last asked for. */
  takeCounts(): CallCounts {
    const counts = this.#counts;
    this.#counts = NO_CALLS;
    return counts;
  }

  /** What the calls of this process have shown of the resource. */
  get health(): ResourceHealth {
    return this.#health;
  }

  async #attempt(call: Call, signal: AbortSignal): Promise<Answer> {
    const site = this.#site(call);
    await this.#held.throwIfStoredHold(site, signal);
    const slotInMs = await this.#pacer.turn(signal);
    // Whoever waited for a turn may have been overtaken by a refusal.
    this.#held.throwIfHeld(site);
    try {
      const answer = await this.#exchange(call, signal);
      this.#count(null);
      this.#pacer.recover();
      return answer;
    } catch (error) {
      this.#count(error);
      if (isFailure(error, 'throttled')) this.#pacer.slowDown(slotInMs);
      await this.#held.note(error, site, this.#options.limits.totalWaitInMs, signal);
      throw error;
    }
  }

  /** Counts a call once it has ended, by what it ended with: whoever takes the counts then takes all that is known of it. */
  #count(error: unknown): void {
    const { calls, answered, throttled, failureCode } = this.#counts;
    const failure = isFailure(error) ? error : null;
    const isAnswered = error === null || (failure !== null && isAnswer(failure));
    this.#counts = {
      calls: calls + 1,
      answered: answered + (isAnswered ? 1 : 0),
      throttled: throttled + (failure?.class === 'throttled' ? 1 : 0),
      failureCode: isAnswered ? failureCode : (failure?.code ?? failureCode),
    };
  }

  async #exchange(call: Call, signal: AbortSignal): Promise<Answer> {
    const { authorization, limits, timing } = this.#options;
    const deadlineInMs = call.operation.copies ? limits.copyDeadlineInMs : limits.deadlineInMs;
    /** How far the exchange has come, by which its failures are told. */
    const progress: { site: Site; executed: Executed } = { site: this.#site(call), executed: 'no' };
    const late = () => deadlineFailure(deadlineInMs, progress.executed, progress.site);
    try {
      // The HTTP stack heeds no signal while it connects.
      const answer = await within(deadlineInMs, signal, late, async (either) => {
        const credential = await authorize(authorization, either);
        progress.site = { ...progress.site, secrets: [...progress.site.secrets, credential.secret] };
        either.throwIfAborted();
        progress.executed = 'unknown';
        return this.#transmit(call, credential, either);
      });
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw answerFailure(answer, progress.site, timing.now());
    } catch (error) {
      if (isFailure(error)) throw error;
      signal.throwIfAborted();
      const { executed, site } = progress;
      throw executed === 'no' ? tokenFailure(error, site) : this.#explain(error, site);
    }
  }

  async #transmit(call: Call, credential: Credential, signal: AbortSignal): Promise<Answer> {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const response = await this.#connections.for(call.operation).request({
      origin: this.#origin,
      path: `${this.#basePath}/customvision/${call.apiVersion}/training/${call.path}${queryString(call)}`,
      method: call.operation.method,
      headers: {
        [credential.header]: credential.value,
        accept: 'application/json',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      body,
      signal,
    });
    const { headers } = response;
    return {
      status: response.statusCode,
      retryAfter: firstOf(headers['retry-after']),
      // The gateway's own id is the one that support asks for; an answer that never reached it has the other, or none.
      requestId: firstOf(headers['apim-request-id']) ?? firstOf(headers['x-ms-request-id']) ?? null,
      text: await response.body.text(),
    };
  }

  #site(call: Call): Site {
    return { operation: call.operation, host: this.host, secrets: call.secrets ?? [] };
  }

  #explain(error: unknown, site: Site): ReplicationFailure {
    if (error instanceof errors.ResponseExceededMaxSizeError) {
      return badAnswer(`its body is longer than ${this.#options.limits.answerInBytes} bytes`, site);
    }
    if (error instanceof errors.InvalidArgumentError) return unsendable(error, site);
    return networkFailure(error, this.#connections.failedToConnect(error) ? 'no' : 'unknown', site);
  }
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Whether such an answer shows that the resource is up and accepts our key or role. */
function isAnswer({ status, class: failureClass }: ReplicationFailure): boolean {
  return status !== null && status < 500 && failureClass !== 'auth';
}

/** Each value is percent-encoded exactly once, a space as `%20`. */
function queryString({ query }: Call): string {
  if (query === undefined || query.length === 0) return '';
  return `?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}
