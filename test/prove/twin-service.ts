import type { HttpConnections } from '../../src/customvision/connections.ts';
import type { Answer } from '../../src/local/simulator/answers.ts';
import { errorAnswer, json, throttled } from '../../src/local/simulator/answers.ts';
import { Faults, type Fault, type FaultOrder } from '../../src/local/simulator/faults.ts';
import { makeWorld } from '../../src/local/simulator/make-world.ts';
import { OPERATIONS } from '../../src/local/simulator/operations/index.ts';
import { openSnapshot } from '../../src/local/simulator/project-exports.ts';
import { ApiRequest } from '../../src/local/simulator/request.ts';
import { Resource } from '../../src/local/simulator/resource.ts';
import { Router, splitApiPath, type Route } from '../../src/local/simulator/router.ts';
import { ServiceError } from '../../src/local/simulator/service-error.ts';
import { SUCCEEDS, type Ending } from '../../src/local/simulator/state.ts';
import type { Unknowns } from '../../src/local/simulator/unknowns.ts';
import { projectJson, type Version } from '../../src/local/simulator/wire.ts';
import { refuseInDrMode, runLater, type World } from '../../src/local/simulator/world.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Side = 'primary' | 'secondary';

/** A call as it reaches a resource. */
export interface TwinCall {
  readonly side: Side;
  readonly operation: string;
  readonly projectId: string | null;
  readonly query: URLSearchParams;
}

/** Told of each call that changes something, right before and right after it does. */
export interface Watcher {
  before(call: TwinCall): void;
  after(call: TwinCall, answer: Answer): void;
}

/** How a resource that is out of reach answers. */
export type Outage = 'refuses' | 'hangs' | 'answers 503';

const READS = /^Get/;
const router = new Router(OPERATIONS);
const NAMES = OPERATIONS.map(({ name }) => name);
/** How long a call that is never answered is waited for. */
const PATIENCE_IN_MS = 60_000;

type Request = Parameters<ReturnType<HttpConnections['for']>['request']>[0];
type Response = Awaited<ReturnType<ReturnType<HttpConnections['for']>['request']>>;

interface Exchange {
  readonly route: Route;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly version: Version;
  readonly fault: Fault | null;
  readonly process: Process;
}

/** What the HTTP stack throws where a connection can't be made, or breaks. */
class Broken extends Error {
  readonly code: string;
  readonly isUnconnected: boolean;

  constructor(code: string, isUnconnected: boolean) {
    super(`The connection ended: ${code}.`);
    this.code = code;
    this.isUnconnected = isUnconnected;
  }
}

/** The simulator's model of a resource, asked by the real client without a socket. */
export class TwinService {
  readonly side: Side;
  readonly world: World;
  readonly resource: Resource;
  readonly faults = new Faults(NAMES);
  /** The key that it accepts, which may be rotated. */
  key: string;
  /** The one that the app's settings have. */
  keyInSettings: string;
  outage: Outage | null = null;
  /** How many calls, by operation. */
  readonly calls = new Map<string, number>();
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #watcher: Watcher;
  #stale: { readonly fault: Fault; readonly projects: string } | null = null;

  constructor(options: {
    readonly side: Side;
    readonly time: VirtualTime;
    readonly random: Random;
    readonly unknowns: Partial<Unknowns>;
    readonly watcher: Watcher;
  }) {
    const { side, time, unknowns } = options;
    this.side = side;
    this.#time = time;
    this.#random = options.random;
    this.#watcher = options.watcher;
    this.key = `key-of-the-${side}-0`;
    this.keyInSettings = this.key;
    this.world = makeWorld({ clock: time, seed: side, unknowns }, new AbortController().signal);
    this.world.url = `http://127.0.0.1:${side === 'primary' ? 1 : 2}`;
    this.resource = new Resource(this.world);
  }

  /** Lets this resource import what that one exports. */
  importsFrom(other: TwinService): void {
    this.world.openExport = (token) => {
      const { pathname, search } = new URL(token);
      return openSnapshot(other.world, pathname, search.slice(1));
    };
  }

  order(order: FaultOrder): void {
    const fault = this.faults.order(order);
    if (fault.kind === 'stale') this.#stale = { fault, projects: this.#list('v3.3') };
  }

  #list(version: Version): string {
    return JSON.stringify([...this.world.projects.values()].map((one) => projectJson(this.world, one, version)));
  }

  /** How one process reaches this resource. */
  connections(process: Process): HttpConnections {
    return {
      for: () => ({ request: (request) => process.ask(() => this.#receive(request, process)) }),
      failedToConnect: (error) => error instanceof Broken && error.isUnconnected,
      close: () => Promise.resolve(),
    };
  }

  async #receive(request: Request, process: Process): Promise<Response> {
    await this.#time.sleep(this.#random.between(20, 180));
    if (!process.isAlive) return new Promise(() => undefined);
    if (this.outage === 'refuses') throw new Broken('ECONNREFUSED', true);
    if (this.outage === 'hangs') return this.#hang();
    if (this.outage === 'answers 503') return this.#reply(errorAnswer('html', 503, '503', 'Service Unavailable'));
    if (request.headers['Training-Key'] !== this.key) {
      return this.#reply(errorAnswer('nested', 401, '401', 'Access denied due to invalid subscription key.'));
    }
    const url = new URL(request.path, this.world.url);
    const path = splitApiPath(url.pathname);
    const route = path === null ? null : router.find(request.method, path);
    if (path === null || route === null) return this.#reply(errorAnswer('flat', 404, 'NotFound', 'No such call.'));
    const { name } = route.operation;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const fault = this.faults.take(name, request.path);
    return this.#exchange({ route, request, query: url.searchParams, version: path.version, fault, process });
  }

  async #exchange(exchange: Exchange): Promise<Response> {
    const { route, version, fault, process } = exchange;
    const { name } = route.operation;
    switch (fault?.kind) {
      case 'delay':
        await this.#time.sleep(fault.delayInMs);
        break;
      case 'throttle':
        return this.#reply(
          throttled(name, version, fault.afterInSeconds, fault.toldBy ?? this.world.unknowns.retryAfter),
        );
      case 'stale':
        return this.#reply(json(JSON.parse(this.#stale?.fault === fault ? this.#stale.projects : '[]')));
      case 'late-effect':
        runLater(this.world, fault.lateInMs, `Late effect of ${name}`, () => this.#execute(exchange).then(ignore));
        throw new Broken('ECONNRESET', false);
      case 'answer':
        if (fault.effect === 'none') return this.#reply(faultAnswer(fault));
        break;
      case 'drop':
        if (fault.effect === 'none') throw new Broken('ECONNRESET', false);
        break;
      case 'timeout':
        if (fault.effect === 'none') return this.#hang();
        break;
      default:
    }
    const run = async (): Promise<Answer> => {
      const first = await this.#execute(exchange);
      if (fault?.kind === 'twice') await this.#execute(exchange);
      return first;
    };
    const answer = READS.test(name) ? await run() : await process.effect(run);
    return this.#answer(fault, answer);
  }

  async #answer(fault: Fault | null, answer: Answer): Promise<Response> {
    switch (fault?.kind) {
      case 'drop':
        throw new Broken('ECONNRESET', false);
      case 'timeout':
        return this.#hang();
      case 'truncate':
        return this.#reply({ ...answer, body: answer.body.subarray(0, Math.ceil(answer.body.length / 2)) });
      case 'not-json':
        return this.#reply({ ...answer, body: Buffer.from('<this is not JSON>') });
      case 'answer':
        return this.#reply(faultAnswer(fault));
      default:
        return this.#reply(answer);
    }
  }

  async #execute({ route, request, query, version, fault }: Exchange): Promise<Answer> {
    const { operation, params } = route;
    const call: TwinCall = {
      side: this.side,
      operation: operation.name,
      projectId: params['projectId'] ?? null,
      query,
    };
    const isRead = READS.test(operation.name);
    if (!isRead) this.#watcher.before(call);
    const answer = await this.#handle(
      route,
      new ApiRequest({
        world: this.world,
        version,
        params,
        query,
        body: Buffer.from(request.body ?? ''),
        contentType: request.headers['content-type'] ?? '',
        ending: endingOf(fault),
      }),
    );
    if (!isRead) this.#watcher.after(call, answer);
    return answer;
  }

  async #handle({ operation, params }: Route, request: ApiRequest): Promise<Answer> {
    try {
      if (operation.writes) refuseInDrMode(this.world, this.world.projects.get(params['projectId'] ?? ''));
      return await operation.handle(request);
    } catch (error) {
      if (error instanceof ServiceError) return errorAnswer('flat', error.status, error.code, error.message);
      throw error;
    }
  }

  async #hang(): Promise<never> {
    await this.#time.sleep(PATIENCE_IN_MS);
    throw new Broken('UND_ERR_HEADERS_TIMEOUT', false);
  }

  #reply({ status, headers, body }: Answer): Response {
    return { statusCode: status, headers, body: { text: () => Promise.resolve(body.toString()) } };
  }
}

function ignore(): void {
  return;
}

function endingOf(fault: Fault | null): Ending {
  if (fault?.kind === 'ends-failed') return { kind: 'fails', keepShare: fault.keepShare };
  return fault?.kind === 'never-ends' ? { kind: 'never' } : SUCCEEDS;
}

function faultAnswer({ shape, status, code, message, headers }: Fault & { kind: 'answer' }): Answer {
  return errorAnswer(shape, status, code, message, headers);
}
