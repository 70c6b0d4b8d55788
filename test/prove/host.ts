import { pairOf } from '../../src/core/content/mark.ts';
import { limitsFor } from '../../src/core/plan/policy.ts';
import { exclusionOf } from '../../src/core/plan/scope.ts';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import type { WorkItem } from '../../src/core/facts/work-item.ts';
import { CustomVisionClient } from '../../src/customvision/client.ts';
import { DEFAULT_LIMITS } from '../../src/customvision/transport.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import type { Config } from '../../src/settings/config.ts';
import { Process } from './process.ts';
import type { Random } from './random.ts';
import type { TwinService } from './twin-service.ts';
import type { TwinStorage } from './twin-storage.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What all hosts share. */
export interface Ground {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly primary: TwinService;
  readonly secondary: TwinService;
  readonly storage: TwinStorage;
  readonly config: Config;
  readonly installation: string;
  enqueue(item: WorkItem, delayInSeconds: number): Promise<void>;
  emit(event: ReplicatorEvent): void;
  newId(): string;
}

/** A machine that runs the app, in one process after the other. Its clock may be off. */
export class Host {
  clockIsOffBySeconds = 0;
  readonly #ground: Ground;
  #process: Process;
  #deps: Dependencies;
  /** The keys in its settings, as of its process's start. */
  readonly #deaths = new Set<() => void>();

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#process = this.#start();
    this.#deps = this.#makeDeps();
  }

  get deps(): Dependencies {
    return this.#deps;
  }

  get process(): Process {
    return this.#process;
  }

  /** Told where the process of now dies before `settled` is called. */
  onDeath(tell: () => void): { settled(): void } {
    this.#deaths.add(tell);
    return { settled: () => this.#deaths.delete(tell) };
  }

  /** A new process in the place of this one, dead or not. */
  restart(): void {
    this.#process.die();
    this.#process = this.#start();
    this.#deps = this.#makeDeps();
  }

  #start(): Process {
    const { time, random, storage } = this.#ground;
    const process: Process = new Process(() => {
      storage.dropLeasesOf(process);
      const deaths = [...this.#deaths];
      this.#deaths.clear();
      for (const tell of deaths) tell();
      time.schedule(random.between(5_000, 120_000), () => {
        if (!this.#process.isAlive) this.restart();
      });
    });
    return process;
  }

  #makeDeps(): Dependencies {
    const ground = this.#ground;
    const { primary, secondary, storage, config } = ground;
    const process = this.#process;
    const store = storage.storeFor(process);
    const leases = storage.leasesFor(process);
    const source = this.#client(primary, config.primary.trainingEndpoint, store);
    const target = this.#client(secondary, config.secondary.trainingEndpoint, store);
    return {
      ...{ source, target, store, leases },
      history: storage.historyFor(process),
      queue: {
        enqueue: (item, delay) => storage.call(process, false, () => ground.enqueue(item, delay), { name: 'queue' }),
      },
      integrationStorage: { ensure: () => Promise.reject(new Error('Nothing here has storage URIs.')) },
      events: {
        emit: (event) => {
          if (process.isAlive) ground.emit(event);
        },
      },
      clock: this.#clock,
      schedule: config.schedule,
      newId: () => ground.newId(),
      policy: {
        owner: { pair: pairOf(source.host, target.host), installation: ground.installation },
        exclusionOf: (project) => exclusionOf(project, config.scope),
        dryRun: false,
        generationsToKeep: config.generationsToKeep,
        keepCopiesForInSeconds: config.keepCopiesForInSeconds,
        shrinkLimitInPercent: config.shrinkLimitInPercent,
        objectiveInSeconds: config.recoveryPointObjectiveInSeconds,
        targetProjectLimit: config.secondaryProjectLimit,
        predictionResourceId: config.secondary.predictionResourceId,
        integration: null,
        predictionEndpoints: {
          primary: config.primary.predictionEndpoint,
          secondary: config.secondary.predictionEndpoint,
        },
        limits: limitsFor(leases.leaseInSeconds, DEFAULT_LIMITS.copyDeadlineInMs / 1_000),
      },
    };
  }

  readonly #clock = { now: (): Date => new Date(this.#ground.time.now() + this.clockIsOffBySeconds * 1_000) };

  #client(service: TwinService, endpoint: string, store: Dependencies['store']): CustomVisionClient {
    const { time, random, config } = this.#ground;
    return new CustomVisionClient({
      endpoint,
      // The key of today: whoever mends a key that was rotated restarts the app.
      authorization: { kind: 'key', key: service.keyInSettings },
      apiVersion: config.apiVersion,
      storageIntegrationApiVersion: config.storageIntegrationApiVersion,
      callsPerSecond: config.callsPerSecond,
      holds: store.holds,
      connections: service.connections(this.#process),
      timing: {
        now: () => this.#clock.now(),
        sleep: (milliseconds, signal) => time.sleep(milliseconds, signal),
        random: () => random.next(),
      },
    });
  }
}
