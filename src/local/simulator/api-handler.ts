import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answers.ts';
import { errorAnswer, json, text, throttled } from './answers.ts';
import type { Call, CallLog } from './calls.ts';
import { withoutToken } from './calls.ts';
import type { Fault, Faults } from './faults.ts';
import type { Gateway } from './gateway.ts';
import type { Hooks } from './hooks.ts';
import { readBody, send, sendHalf } from './replies.ts';
import { ApiRequest } from './request.ts';
import type { Route, Router } from './router.ts';
import { splitApiPath } from './router.ts';
import { ServiceError } from './service-error.ts';
import type { Ending } from './state.ts';
import { SUCCEEDS } from './state.ts';
import type { Version } from './wire.ts';
import type { World } from './world.ts';
import { refuseInDrMode, runLater } from './world.ts';

export interface ApiParts {
  readonly world: World;
  readonly router: Router;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly hooks: Hooks;
  readonly calls: CallLog;
  /** What GetProjects answers where it is told to be stale. */
  readonly staleProjects: (fault: Fault, version: Version) => object[];
}

/** One call on its way through the simulator. */
interface Exchange {
  readonly call: Call;
  readonly response: ServerResponse;
  readonly version: Version;
  readonly fault: Fault | null;
  /** Runs the operation; a refusal of the service is an answer. */
  readonly execute: () => Promise<Answer>;
}

/** Answers a call of either API, with the fault that is ordered for it. */
export async function handleApi(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', parts.world.url);
  const split = splitApiPath(url.pathname);
  const method = request.method ?? '';
  const route = split === null ? null : parts.router.find(method, split);
  const version = split?.version ?? 'v3.3';
  const operation = route?.operation.name ?? 'Unknown';
  const path = withoutToken(request.url ?? '/');
  const at = parts.world.clock.now();
  const requestId = randomUUID();
  response.setHeader('apim-request-id', requestId);
  const call = parts.calls.add({ operation, method, version, path, status: null, fault: null, at, requestId });

  const body = await readBody(request);
  const refusal =
    body === null ? tooLong() : parts.gateway.refuse(request, operation, { api: split?.api ?? 'training', version });
  if (refusal !== null || route === null || body === null) {
    await reply(call, response, refusal ?? unknownRoute(method, path));
    return;
  }
  const fault = parts.faults.take(operation, path);
  call.fault = fault?.kind ?? null;
  const apiRequest = new ApiRequest({
    world: parts.world,
    version,
    params: route.params,
    query: url.searchParams,
    body,
    contentType: request.headers['content-type'] ?? '',
    ending: endingOf(fault),
  });
  const execute = () => executeOperation(route, apiRequest);
  await exchange(parts, { call, response, version, fault, execute });
  await parts.hooks.run('after-reply', call);
}

async function exchange(parts: ApiParts, given: Exchange): Promise<void> {
  const { call, response, fault } = given;
  if (fault?.kind === 'delay') await sleep(parts.world, fault.delayInMs);
  const instead = answerInstead(parts, given);
  if (instead !== null) {
    await reply(call, response, instead);
    return;
  }
  if (fault?.kind === 'late-effect') {
    runLater(parts.world, fault.lateInMs, `Late effect of ${call.operation}`, async () => {
      await parts.hooks.run('before-effect', call);
      await given.execute();
    });
  }
  if (fault?.kind === 'late-effect' || (fault?.kind === 'drop' && fault.effect === 'none')) {
    response.destroy();
    return;
  }
  if (fault?.kind === 'timeout' && fault.effect === 'none') return;
  await parts.hooks.run('before-effect', call);
  const answer = await given.execute();
  if (fault?.kind === 'twice') await given.execute();
  await parts.hooks.run('before-reply', call);
  await replyAfterEffect(given, answer);
}

/** The answer of a call that never reaches the service. */
function answerInstead({ world, staleProjects }: ApiParts, { call, fault, version }: Exchange): Answer | null {
  if (fault?.kind === 'answer' && fault.effect === 'none') return faultAnswer(fault);
  if (fault?.kind === 'throttle') {
    return throttled(call.operation, version, fault.afterInSeconds, fault.toldBy ?? world.unknowns.retryAfter);
  }
  return fault?.kind === 'stale' ? json(staleProjects(fault, version)) : null;
}

async function replyAfterEffect({ call, response, fault }: Exchange, answer: Answer): Promise<void> {
  switch (fault?.kind) {
    case 'drop':
      response.destroy();
      return;
    case 'timeout':
      return;
    case 'truncate':
      call.status = answer.status;
      return sendHalf(response, answer);
    case 'not-json':
      return reply(call, response, text('<this is not JSON>', 'application/json; charset=utf-8'));
    case 'answer':
      return reply(call, response, faultAnswer(fault));
    default:
      return reply(call, response, answer);
  }
}

async function executeOperation({ operation, params }: Route, request: ApiRequest): Promise<Answer> {
  try {
    if (operation.writes) refuseInDrMode(request.world, request.world.projects.get(params['projectId'] ?? ''));
    return await operation.handle(request);
  } catch (error) {
    if (error instanceof ServiceError) return errorAnswer('flat', error.status, error.code, error.message);
    if (!request.world.closing.aborted) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      request.world.problems.add(`${operation.name} failed inside the simulator: ${reason}`);
    }
    return errorAnswer('flat', 500, 'ErrorUnknown', 'The simulator failed; its list of problems says why.');
  }
}

async function reply(call: Call, response: ServerResponse, answer: Answer): Promise<void> {
  call.status = answer.status;
  await send(response, answer);
}

function endingOf(fault: Fault | null): Ending {
  if (fault?.kind === 'ends-failed') return { kind: 'fails', keepShare: fault.keepShare };
  return fault?.kind === 'never-ends' ? { kind: 'never' } : SUCCEEDS;
}

function faultAnswer(fault: Fault & { kind: 'answer' }): Answer {
  return errorAnswer(fault.shape, fault.status, fault.code, fault.message, fault.headers);
}

function unknownRoute(method: string, path: string): Answer {
  return errorAnswer('flat', 404, 'NotFound', `There is no ${method} ${path.split('?')[0] ?? ''}.`);
}

function tooLong(): Answer {
  return errorAnswer('html', 413, '413', 'Request Entity Too Large');
}

function sleep(world: World, delayInMs: number): Promise<void> {
  return new Promise((resolve) => {
    world.clock.schedule(delayInMs, resolve);
  });
}
