import { pairOf, validMark } from '../../src/core/content/mark.ts';
import { limitsFor } from '../../src/core/plan/policy.ts';
import type { Policy } from '../../src/core/plan/policy.ts';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import type { Resources } from '../../src/core/facts/resource-health.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import { isAppItem, type WorkItem } from '../../src/core/facts/work-item.ts';
import { exclusionOf } from '../../src/core/plan/scope.ts';
import { CustomVisionClient, type CustomVisionClientOptions } from '../../src/customvision/client.ts';
import type { Simulator, SimulatorOptions } from '../../src/local/simulator/index.ts';
import { ManualClock, startSimulator } from '../../src/local/simulator/index.ts';
import type { ExportIntake } from '../../src/replicator/intake.ts';
import { takeNotification } from '../../src/replicator/intake.ts';
import type { Outcome } from '../../src/replicator/outcome.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import type { Received } from '../../src/replicator/triggers.ts';
import { listNewProjects } from '../../src/replicator/unknown-projects.ts';
import { sweep } from '../../src/replicator/sweep/sweep.ts';
import { ContentReader } from '../../src/replicator/content-reader.ts';
import type { Dependencies, WorkContext } from '../../src/replicator/context.ts';
import { API_VERSIONS } from './api-versions.ts';
import { aPolicy, HALF_HOURLY, OWNER } from './builders.ts';
import { checkAlways } from './invariants.ts';
import { Killed, Killer } from './killer.ts';
import { RunLedger } from './run-ledger.ts';
import { MemoryHistory } from './memory-history.ts';
import { MemoryLeases, MemoryRecordStore, MemoryRejectedNotifications, MemoryWorkQueue } from './memory-storage.ts';

export const PREDICTION_RESOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/dr';
export const PRIMARY_PREDICTION_RESOURCE = PREDICTION_RESOURCE.replace(/dr$/, 'live');

/** For how long a message that was taken is invisible to others. */
const MESSAGE_LOCK_IN_SECONDS = 600;

/** This world has no models to back up. */
const NO_BACKUPS: ExportIntake = {
  asksForExports: false,
  take: () => Promise.resolve({ rejection: 'no backups are made here' }),
};

const EVERYTHING = { exclusionOf: () => null, names: () => false, unmatched: () => [] };

export interface WorldOptions {
  readonly primary?: SimulatorOptions;
  readonly secondary?: SimulatorOptions;
  readonly policy?: Partial<Omit<Policy, 'limits'>>;
  readonly client?: Partial<Pick<CustomVisionClientOptions, 'storageIntegrationApiVersion' | 'callsPerSecond'>>;
}

/**
 * Two simulated resources, storage in memory and the real client and replicator between them, on one clock that only
 * moves when it is told to. After each effect the invariants that always hold are checked.
 */
export class World {
  readonly clock: ManualClock;
  readonly primary: Simulator;
  readonly secondary: Simulator;
  readonly store: MemoryRecordStore;
  readonly history = new MemoryHistory();
  readonly queue: MemoryWorkQueue;
  readonly leases: MemoryLeases;
  readonly rejected: MemoryRejectedNotifications;
  readonly events: ReplicatorEvent[] = [];
  /** Set while the service itself is told to make a project twice. */
  expectsDoubles = false;
  /** Copies that somebody deleted, by whose they were: routing follows at the next look at that source project. */
  readonly deletedByPerson = new Map<string, string | null>();
  /** The same of publications that somebody ended, by copy and name. */
  readonly unpublishedByPerson = new Map<string, string | null>();
  /** Every import token that the primary gave away. */
  readonly tokens: string[] = [];
  /** Settings of today; a test may change them as an operator could. */
  policy: Policy;
  /** Where the primary's projects are told to write; nothing has to be made there unless a test says so. */
  integrationStorage: Dependencies['integrationStorage'] = { ensure: () => Promise.resolve() };
  /** What the worker of today may do; a killed one is replaced by `restart`. */
  killer = new Killer();
  /** Messages that were taken off the queue and never done with: they come back once their lock is over. */
  #undelivered: WorkItem[] = [];
  readonly #clients: readonly CustomVisionClient[];
  readonly #clientOptions: NonNullable<WorldOptions['client']>;
  readonly #runs = new RunLedger();
  #wasKilled = false;
  #ids = 0;

  private constructor(clock: ManualClock, primary: Simulator, secondary: Simulator, options: WorldOptions) {
    this.clock = clock;
    this.#clientOptions = options.client ?? {};
    this.primary = primary;
    this.secondary = secondary;
    const now = { now: () => new Date(clock.now()) };
    this.store = new MemoryRecordStore();
    this.queue = new MemoryWorkQueue(now);
    this.leases = new MemoryLeases(now);
    this.rejected = new MemoryRejectedNotifications(now);
    this.#clients = [primary, secondary].map((simulator) => this.#client(simulator));
    this.policy = {
      ...aPolicy(),
      owner: { ...OWNER, pair: pairOf(this.#clients[0]!.host, this.#clients[1]!.host) },
      exclusionOf: (project) => exclusionOf(project, EVERYTHING),
      predictionResourceId: PREDICTION_RESOURCE,
      predictionEndpoints: { primary: 'https://live.example', secondary: 'https://dr.example' },
      ...options.policy,
      limits: limitsFor(this.leases.leaseInSeconds, 120),
    };
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const clock = new ManualClock('2026-03-01T08:00:00Z');
    const primary = await startSimulator({ clock, seed: 'primary', ...options.primary });
    const secondary = await startSimulator({ clock, seed: 'secondary', ...options.secondary });
    return new World(clock, primary, secondary, options);
  }

  /** Ends the world, and throws where what it did does not add up: after each test for those of `startWorld`. */
  async stop(): Promise<void> {
    const wasKilled = this.#wasKilled || this.killer.isDead;
    const problems = await this.#runs.problems(this.store, (id) => wasKilled || this.store.lostRecordOf(id));
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all([this.primary.close(), this.secondary.close()]);
    if (problems.length > 0) throw new Error(`Of the runs, ${problems.join('; ')}.`);
  }

  /** What the calls so far have shown of both resources. */
  get seenResources(): Resources {
    const [source, target] = this.#clients as [CustomVisionClient, CustomVisionClient];
    return { schemaVersion: 1, primary: source.health, secondary: target.health };
  }

  #client(simulator: Simulator): CustomVisionClient {
    return new CustomVisionClient({
      ...API_VERSIONS,
      ...this.#clientOptions,
      endpoint: simulator.url,
      authorization: { kind: 'key', key: simulator.key },
      callsPerSecond: this.#clientOptions.callsPerSecond ?? 1_000,
      holds: this.store.holds,
      timing: {
        now: () => new Date(this.clock.now()),
        sleep: (milliseconds) => this.clock.advance(milliseconds),
        random: () => 0.5,
      },
    });
  }

  /** The parts of one process, under this world's killer. */
  get deps(): Dependencies {
    const [source, target] = this.#clients as [CustomVisionClient, CustomVisionClient];
    const check = () => checkAlways(this);
    const { killer } = this;
    return {
      source: this.#notingTokens(killer.guard('source', source, ['exportProject', 'updateStorageUris'], check)),
      target: killer.guard(
        'target',
        target,
        [
          'importProject',
          'updateProject',
          'updateStorageUris',
          'deleteProject',
          'publishIteration',
          'unpublishIteration',
        ],
        check,
      ),
      store: killer.guardStore(this.#runs.watch(this.store), check),
      history: killer.guard('history', this.history, ['append'], check),
      queue: killer.guard('queue', this.queue, ['enqueue'], check),
      leases: this.leases,
      integrationStorage: this.integrationStorage,
      clock: { now: () => new Date(this.clock.now()) },
      events: { emit: (event) => this.#emit(event) },
      policy: this.policy,
      schedule: HALF_HOURLY,
      newId: () => `20260301t080000-${String((this.#ids += 1)).padStart(6, '0')}`,
    };
  }

  /** What one invocation for that project works with. */
  context(sourceProjectId: string, deps: Dependencies = this.deps): WorkContext {
    const { signal } = new AbortController();
    const until = new Date(this.clock.now() + 240_000);
    return { deps, content: new ContentReader(deps, sourceProjectId, until, signal), signal };
  }

  #emit(event: ReplicatorEvent): void {
    this.events.push(event);
    this.#runs.note(event);
  }

  #notingTokens(source: CustomVisionClient): Dependencies['source'] {
    return new Proxy(source, {
      get: (target, property) => {
        if (property !== 'exportProject') return Reflect.get(target, property) as unknown;
        return async (...args: Parameters<CustomVisionClient['exportProject']>) => {
          const exported = await target.exportProject(...args);
          this.tokens.push(exported.token);
          return exported;
        };
      },
    });
  }

  /** One sweep, and then whatever can be done at once. */
  async sweep(): Promise<void> {
    await sweep(this.deps, EVERYTHING, new AbortController().signal);
    await this.work();
  }

  async notify(text: string): Promise<void> {
    await this.take(text);
    await this.work();
  }

  /** Takes one notification, and does none of the work that follows. */
  take(text: string, received?: Received): Promise<void> {
    return takeNotification(text, this.deps, this.rejected, NO_BACKUPS, new AbortController().signal, received);
  }

  /** Takes every message that is due, and what these bring about. */
  async work(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (let items = this.queue.takeDue(); items.length > 0; items = this.queue.takeDue()) {
      for (const [index, item] of items.entries()) {
        try {
          outcomes.push(await this.#workOn(item));
        } catch (error) {
          if (error instanceof Killed) this.#undelivered.push(...items.slice(index));
          throw error;
        }
      }
      if (outcomes.length > 10_000) throw new Error('The work never ends.');
    }
    return outcomes;
  }

  async #workOn(item: WorkItem): Promise<Outcome> {
    if (isAppItem(item)) {
      const { signal } = new AbortController();
      if (item.reason === 'list-projects') await listNewProjects(item, this.deps, signal);
      else await sweep(this.deps, EVERYTHING, signal, item.wakeId);
      return 'settled';
    }
    const outcome = await replicateProject(item, this.deps);
    if (outcome !== 'settled' || this.policy.dryRun) return outcome;
    // The look is over, and what it found is put right: nothing that somebody deleted excuses routing any more.
    for (const excused of [this.deletedByPerson, this.unpublishedByPerson]) {
      for (const [key, sourceId] of excused) if (sourceId === item.projectId) excused.delete(key);
    }
    await checkAlways(this);
    return outcome;
  }

  /** What a killed process had taken off the queue comes back, as it does on the real one; answers with how many. */
  async redeliver(): Promise<number> {
    const items = this.#undelivered;
    this.#undelivered = [];
    await this.pass(MESSAGE_LOCK_IN_SECONDS);
    for (const item of items) await this.queue.enqueue(item, 0);
    return items.length;
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1_000);
  }

  /** Goes from message to message until none is due within the time. */
  async settle(withinSeconds = 3_600): Promise<void> {
    const until = this.clock.now() + withinSeconds * 1_000;
    for (;;) {
      await this.work();
      const next = this.queue.nextDueAt();
      if (next === null || next.getTime() > until) return;
      await this.clock.advance(Math.max(0, next.getTime() - this.clock.now()));
    }
  }

  /** A sweep, what follows from it, and the same again so often. */
  async converge(sweeps = 1): Promise<void> {
    for (let count = 0; count < sweeps; count += 1) {
      await this.sweep();
      await this.settle();
    }
  }

  /** A new process after one was killed: its leases lapse. Its messages are lost, unless `redeliver` is called. */
  async restart(): Promise<void> {
    this.leases.dropHolders();
    this.#wasKilled ||= this.killer.isDead;
    this.killer = new Killer();
    await this.pass(31);
  }

  async record(sourceProjectId: string): Promise<ReplicaRecord> {
    const stored = await this.store.record(sourceProjectId).read();
    if (stored === null) throw new Error(`There is no record of ${sourceProjectId}.`);
    return stored.value;
  }

  /** Somebody deletes a project on the secondary. */
  deleteByHand(projectId: string): void {
    const mark = validMark(this.secondary.resource.project(projectId));
    this.deletedByPerson.set(projectId, mark?.sourceProjectId ?? null);
    this.secondary.resource.removeProject(projectId);
  }

  /** Somebody ends every publication of a project on the secondary. */
  unpublishByHand(projectId: string): void {
    const project = this.secondary.resource.project(projectId);
    for (const { id, publishName, published } of project.iterations.values()) {
      if (!published) continue;
      this.unpublishedByPerson.set(`${projectId} ${publishName}`, validMark(project)?.sourceProjectId ?? null);
      this.secondary.resource.unpublish(projectId, id);
    }
  }

  /** Names of all projects on the secondary, sorted. */
  get names(): string[] {
    return this.secondary.resource.projects.map(({ name }) => name).sort();
  }

  eventsOf(event: ReplicatorEvent['event']): ReplicatorEvent[] {
    return this.events.filter((emitted) => emitted.event === event);
  }
}
