import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { listen } from '../listen.ts';
import { CallLog } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Fault, FaultOrder } from './faults.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import type { Hook, Phase } from './hooks.ts';
import { Hooks } from './hooks.ts';
import { OPERATIONS } from './operations/index.ts';
import { makeWorld } from './make-world.ts';
import type { SimulatorOptions } from './options.ts';
import { Resource } from './resource.ts';
import { Router } from './router.ts';
import { makeServer, stop } from './server.ts';
import type { UnknownName, Unknowns } from './unknowns.ts';
import { readUnknowns } from './unknowns.ts';
import type { Version } from './wire.ts';
import { projectJson } from './wire.ts';
import type { World } from './world.ts';

/** A simulated Custom Vision Training resource, and the prediction resource beside it, on this machine. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly key: string;
  readonly predictionKey: string;
  readonly resource: Resource;
  readonly clock: Clock;
  readonly calls: CallLog;
  readonly faults: {
    /** Throws a RangeError for a fault that can't be. */
    order(order: FaultOrder): void;
    readonly list: readonly Fault[];
    clear(): void;
  };
  /** The unknowns as they are now. */
  readonly unknowns: Readonly<Unknowns>;
  /** Those that the service has looked at to decide what to do. */
  readonly consulted: ReadonlySet<UnknownName>;
  /** Changes unknowns from now on; throws a RangeError for one that is not there. */
  setUnknowns(values: Partial<Unknowns>): void;
  /** What failed in the background, such as a notification that could not be posted. */
  readonly problems: readonly string[];
  /** Runs code at a point of every call of an operation (`*` for all); the answer takes it off again. */
  on(operation: string, phase: Phase, hook: Hook): () => void;
  /** Ends every connection and whatever is still to come. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts a simulator; rejects where the port is taken or an option makes no sense. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const closing = new AbortController();
  const world = makeWorld(options, closing.signal);
  const key = options.key ?? randomBytes(16).toString('hex');
  const predictionKey = options.predictionKey ?? key;
  const faults = new Faults(OPERATIONS.map(({ name }) => name));
  const stale = new WeakMap<Fault, Map<Version, object[]>>();
  const orderFault = (order: FaultOrder): Fault => {
    const fault = faults.order(order);
    if (fault.kind === 'stale') stale.set(fault, listProjects(world));
    return fault;
  };
  const calls = new CallLog();
  const hooks = new Hooks();
  const server = makeServer({
    world,
    router: new Router(OPERATIONS),
    gateway: new Gateway(world, { training: key, prediction: predictionKey }, options.bearerTokens ?? []),
    faults,
    hooks,
    calls,
    orderFault,
    staleProjects: (fault, version) => stale.get(fault)?.get(version) ?? [],
  });
  world.url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  return {
    url: world.url,
    key,
    predictionKey,
    resource: new Resource(world),
    clock: world.clock,
    calls,
    faults: makeFaultDesk(faults, orderFault),
    unknowns: world.switches,
    consulted: world.consulted,
    setUnknowns: (values) => Object.assign(world.switches, readUnknowns(values)),
    problems: world.problems.list,
    on: (operation, phase, hook) => hooks.on(operation, phase, hook),
    close: () => close(server, world, closing),
  };
}

function makeFaultDesk(faults: Faults, orderFault: (order: FaultOrder) => Fault): Simulator['faults'] {
  return {
    order: (order) => {
      orderFault(order);
    },
    get list() {
      return faults.list;
    },
    clear: () => faults.clear(),
  };
}

/** The list of projects as it is now, for an answer from before. */
function listProjects(world: World): Map<Version, object[]> {
  const versions: readonly Version[] = ['v3.3', 'v3.4-preview'];
  return new Map(
    versions.map((version) => [version, [...world.projects.values()].map((one) => projectJson(world, one, version))]),
  );
}

async function close(server: Server, world: World, closing: AbortController): Promise<void> {
  if (closing.signal.aborted) return;
  closing.abort();
  world.clock.stop();
  await stop(server);
}
