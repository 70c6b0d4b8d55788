import { z } from 'zod';
import { systemNow } from '../steerable-time.ts';
import type { Drain } from './drain.ts';
import type { Listener } from './listener.ts';
import type { IndexingProblem } from './triggers.ts';

export interface AdminParts {
  /** By function name in lower case; null for one that has an HTTP trigger. */
  readonly listeners: ReadonlyMap<string, Listener | null>;
  readonly problems: readonly IndexingProblem[];
  readonly drain: Drain;
  /** Null where the app's clock cannot be steered. */
  readonly clock: AppClock | null;
  readonly hostId: string;
  readonly startedAt: number;
}

/** The app's clock, as it is steered. */
interface AppClock {
  readonly aheadInSeconds: number;
  /** Resolves once what fell due by it has run. */
  advance(seconds: number): Promise<void>;
}

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** What an admin endpoint answers; a body of undefined is an empty one. */
export interface AdminAnswer {
  readonly status: number;
  readonly body?: unknown;
}

const runBody = z.object({ input: z.unknown().optional() });
const clockBody = z.object({ advanceSeconds: z.number().min(0) });

/** The host's own endpoints below /admin, in any case; null for a path that is none of them. */
export async function answerAdmin(parts: AdminParts, request: AdminRequest): Promise<AdminAnswer | null> {
  const { method, body } = request;
  const path = request.path.toLowerCase();
  if (path === '/admin/host/ping' && (method === 'GET' || method === 'POST')) return { status: 200 };
  if (path === '/admin/warmup' && (method === 'GET' || method === 'POST')) return { status: 200 };
  if (method === 'GET' && path === '/admin/host/status') return { status: 200, body: hostStatus(parts) };
  if (method === 'POST' && path === '/admin/host/drain') {
    // The answer says that it was begun; its status says when it has ended.
    void parts.drain.begin();
    return { status: 202 };
  }
  if (method === 'GET' && path === '/admin/host/drain/status') return { status: 200, body: parts.drain.status() };
  if (method === 'POST' && path === '/admin/clock') return parts.clock === null ? null : steer(parts.clock, body);
  const [, functionName, isStatus] = /^\/admin\/functions\/([\w-]+)(\/status)?$/.exec(path) ?? [];
  if (functionName === undefined) return null;
  if (isStatus !== undefined) return method === 'GET' ? functionStatus(parts, functionName) : null;
  return method === 'POST' ? run(parts, functionName, request) : null;
}

/** Of the host alone: as in Azure, a function in error does not show here. */
function hostStatus({ hostId, startedAt }: AdminParts): unknown {
  return { id: hostId, state: 'Running', version: '4.0.0-local', processUptime: systemNow() - startedAt };
}

function functionStatus({ listeners, problems }: AdminParts, functionName: string): AdminAnswer {
  const errors = problems.filter((one) => one.functionName.toLowerCase() === functionName);
  if (errors.length > 0) return { status: 200, body: { errors: errors.map(({ message }) => message) } };
  return listeners.has(functionName) ? { status: 200, body: {} } : { status: 404 };
}

function run({ listeners }: AdminParts, functionName: string, { contentType, body }: AdminRequest): AdminAnswer {
  if (!/^application\/(.+\+)?json\s*(;|$)/i.test(contentType)) {
    return { status: 415, body: { error: 'send it with the header content-type: application/json' } };
  }
  const parsed = parseJson(runBody, body);
  if (parsed === null) return { status: 400, body: { error: 'the body has to be JSON, e.g. {"input": "…"} or {}' } };
  const listener = listeners.get(functionName);
  // One in error is not there, as in Azure; its status says why.
  if (listener === undefined) return { status: 404 };
  if (listener === null)
    return { status: 400, body: { error: `${functionName} has an HTTP trigger: call its own route` } };
  // The answer says that it was begun; how it ends is in the log.
  void listener.runNow(parsed.input);
  return { status: 202 };
}

async function steer(clock: AppClock, body: string): Promise<AdminAnswer> {
  const parsed = parseJson(clockBody, body);
  if (parsed === null)
    return { status: 400, body: { error: 'the body has to be {"advanceSeconds": n}, n not negative' } };
  await clock.advance(parsed.advanceSeconds);
  const offsetSeconds = clock.aheadInSeconds;
  return { status: 200, body: { now: new Date(systemNow() + offsetSeconds * 1000).toISOString(), offsetSeconds } };
}

function parseJson<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
