import { z } from 'zod';
import { systemNow, type SteerableClock } from './clock.ts';
import type { Listener } from './listener.ts';
import type { IndexingProblem } from './triggers.ts';

export interface AdminParts {
  /** By function name in lower case; null for one that has an HTTP trigger. */
  readonly listeners: ReadonlyMap<string, Listener | null>;
  readonly problems: readonly IndexingProblem[];
  /** Null where the clock cannot be steered. */
  readonly clock: SteerableClock | null;
  readonly hostId: string;
  readonly startedAt: number;
}

/** What an admin endpoint answers; a body of undefined is an empty one. */
export interface AdminAnswer {
  readonly status: number;
  readonly body?: unknown;
}

const runBody = z.object({ input: z.unknown().optional() });
const clockBody = z.object({ advanceSeconds: z.number().min(0) });

/** The host's own endpoints below /admin; null for a path that is none of them. */
export function answerAdmin(parts: AdminParts, method: string, path: string, body: string): AdminAnswer | null {
  if (method === 'GET' && path === '/admin/host/status') return { status: 200, body: hostStatus(parts) };
  if (method === 'POST' && path === '/admin/clock') return parts.clock === null ? null : steer(parts.clock, body);
  const functionName = /^\/admin\/functions\/([\w-]+)$/.exec(path)?.[1];
  if (method === 'POST' && functionName !== undefined) return run(parts, functionName, body);
  return null;
}

function hostStatus({ hostId, startedAt, problems }: AdminParts): unknown {
  return {
    id: hostId,
    state: 'Running',
    version: '4.0.0-local',
    processUptime: systemNow() - startedAt,
    errors: problems.map(({ functionName, message }) => `The '${functionName}' function is in error: ${message}`),
  };
}

function run({ listeners, problems }: AdminParts, functionName: string, body: string): AdminAnswer | null {
  const problem = problems.find((one) => one.functionName.toLowerCase() === functionName.toLowerCase());
  if (problem !== undefined) return { status: 400, body: { error: `${functionName} is in error: ${problem.message}` } };
  const listener = listeners.get(functionName.toLowerCase());
  if (listener === undefined) return { status: 404 };
  if (listener === null)
    return { status: 400, body: { error: `${functionName} has an HTTP trigger: call its own route` } };
  const parsed = parseJson(runBody, body === '' ? '{}' : body);
  if (parsed === null) return { status: 400, body: { error: 'the body has to be JSON, e.g. {"input": "…"}' } };
  // The answer says that it was begun; how it ends is in the log.
  void listener.runNow(parsed.input);
  return { status: 202 };
}

function steer(clock: SteerableClock, body: string): AdminAnswer {
  const parsed = parseJson(clockBody, body);
  if (parsed === null)
    return { status: 400, body: { error: 'the body has to be {"advanceSeconds": n}, n not negative' } };
  clock.advance(parsed.advanceSeconds);
  return { status: 200, body: { now: new Date().toISOString(), offsetSeconds: clock.offsetInSeconds } };
}

function parseJson<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
