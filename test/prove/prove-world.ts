import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import { isFailure } from '../../src/core/facts/failure.ts';
import { isAppItem, isBackupItem, type WorkItem } from '../../src/core/facts/work-item.ts';
import type { Process } from './process.ts';
import type { OpenApp } from '../../src/app/app.ts';
import { readStored, reportOf } from '../../src/app/queries.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import { takePoisonWork } from '../../src/replicator/poison.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { takeNotification } from '../../src/replicator/intake.ts';
import { sweep } from '../../src/replicator/sweep/sweep.ts';
import { listNewProjects } from '../../src/replicator/unknown-projects.ts';
import type { RoutingManifest } from '../../src/core/facts/routing.ts';
import type { StatusReport } from '../../src/core/status/report.ts';
import type { Config } from '../../src/settings/config.ts';
import { MemoryBackupStore } from '../support/memory-backups.ts';
import { MemoryRejectedNotifications } from '../support/memory-storage.ts';
import { Breach, EffectChecks } from './checks.ts';
import { Host, type Ground } from './host.ts';
import { configOf, PREDICTION_RESOURCE, SWEEP_EVERY_SECONDS } from './installation.ts';
import { Random } from './random.ts';
import { checkReport, type ReportSurroundings } from './report-checks.ts';
import type { Script } from './script.ts';
import { Truth } from './truth.ts';
import { TwinQueue, type Delivery } from './twin-queue.ts';
import { TwinService } from './twin-service.ts';
import { TwinStorage } from './twin-storage.ts';
import { VirtualTime } from './virtual-time.ts';

const START = '2026-03-01T00:30:00.000Z';
const INSTALLATION = { schemaVersion: 1, id: '0b5e55ed-0000-4000-8000-000000000000', createdAt: START } as const;
/** Besides what happens: how status stands when nothing does. */
const LOOK_AT_STATUS_EVERY_MS = 41 * 60_000;
/** What must never be stored, sent or told: keys, and the signatures of tokens. */
const SECRET = /key-of-the-(primary|secondary)-\d|sig=[^*&"\s]{8}|prjexp-/;
/** Five projects at their busiest send some hundreds. */
const MOST_MESSAGES_AN_HOUR = 3_000;
const NO_BACKUPS = { asksForExports: false, take: () => Promise.resolve({ rejection: 'no backups are made here' }) };

/** Two resources, storage, a queue and the hosts of one installation, on one clock that jumps. */
export class ProveWorld {
  readonly script: Script;
  readonly time = new VirtualTime(START);
  readonly random: Random;
  readonly config: Config;
  readonly primary: TwinService;
  readonly secondary: TwinService;
  readonly storage: TwinStorage;
  readonly queue: TwinQueue;
  readonly truth: Truth;
  readonly hosts: readonly Host[];
  readonly rejected: MemoryRejectedNotifications;
  /** When a person last released a project, by its id. */
  readonly releasedAt = new Map<string, number>();
  breach: Breach | null = null;
  /** The last of what was told, for whoever has to understand a breach. */
  readonly told: string[] = [];
  readonly checks: EffectChecks;
  /** Clocks that were off, and what they stored may be off by. */
  mostSkewInSeconds = 0;
  effects = 0;
  #ids = 0;
  #hour = 0;
  #sentThisHour = 0;
  #routing: { readonly text: string | null; readonly value: RoutingManifest | null } = { text: null, value: null };
  /** The app as it is when nobody kills it: for what is asked, and for the checks. */
  readonly #onlooker: OpenApp;

  constructor(script: Script) {
    const { seed, unknowns } = script;
    this.script = script;
    this.random = new Random(seed ^ 0x5eed);
    this.config = configOf(script);
    const watcher = {
      before: (call: Parameters<EffectChecks['before']>[0]) => this.checks.before(call),
      after: (...given: Parameters<EffectChecks['after']>) => {
        this.effects += 1;
        this.checks.after(...given);
      },
    };
    const { time, random } = this;
    this.primary = new TwinService({ side: 'primary', time, random, unknowns, watcher });
    this.secondary = new TwinService({ side: 'secondary', time, random, unknowns, watcher });
    this.secondary.importsFrom(this.primary);
    this.storage = new TwinStorage(time, random, { written: (name) => this.#written(name) });
    this.storage.slowness = script.slowness;
    const receiver = {
      work: (item: WorkItem, onDeath: () => void) => this.onSomeHost(onDeath, (deps) => this.#work(item, deps)),
      poison: (item: WorkItem, onDeath: () => void) => this.onSomeHost(onDeath, (deps) => takePoisonWork(item, deps)),
    };
    this.queue = new TwinQueue(time, random, receiver, (item) => this.#sent(item));
    this.rejected = new MemoryRejectedNotifications({ now: () => new Date(time.now()) });
    this.truth = new Truth(this.primary, this.secondary, () => time.now());
    this.checks = new EffectChecks({
      truth: this.truth,
      now: () => time.now(),
      routing: () => this.routing,
      predictionResourceId: PREDICTION_RESOURCE,
      shrinkLimitInPercent: script.settings.shrinkLimit,
      secondaryIds: () => new Set(this.secondary.world.projects.keys()),
      releasedAt: (id) => this.releasedAt.get(id) ?? null,
      report: (breach) => this.report(breach),
    });
    this.storage.store.put('installation.json', JSON.stringify(INSTALLATION));
    const ground: Ground = {
      ...{ time, random, primary: this.primary, secondary: this.secondary },
      ...{ storage: this.storage, config: this.config, installation: INSTALLATION.id.slice(0, 8) },
      enqueue: (item, delay) => this.queue.enqueue(item, delay),
      emit: (event) => this.#told(event),
      newId: () => this.#newId(),
    };
    this.hosts = Array.from({ length: script.hosts }, () => new Host(ground));
    const deps = { ...new Host(ground).deps, store: this.storage.store, history: this.storage.history };
    // Of the app only what status and decisions use is here.
    this.#onlooker = {
      config: this.config,
      deps,
      backups: { backups: new MemoryBackupStore() },
      parts: { policy: () => Promise.resolve(deps.policy) },
    } as unknown as OpenApp;
  }

  get onlooker(): OpenApp {
    return this.#onlooker;
  }

  get routing(): RoutingManifest | null {
    const text = this.storage.store.get('routing.json');
    if (text !== this.#routing.text) {
      this.#routing = { text, value: text === null ? null : (JSON.parse(text) as RoutingManifest) };
    }
    return this.#routing.value;
  }

  /** The first breach counts: what follows from it may be nonsense. */
  report(breach: Breach): void {
    if (this.breach !== null) return;
    this.breach = breach;
    this.told.push(`${new Date(this.time.now()).toISOString()} BREACH ${breach.message}`);
  }

  /** Sweeps at the schedule's times, and looks at what status says, for ever. */
  begin(): void {
    this.#sweepNext();
    this.#lookNext();
  }

  /** Runs something on one of the hosts that are up, as one invocation. */
  async onSomeHost(onDeath: () => void, run: (deps: Dependencies) => Promise<unknown>): Promise<Delivery> {
    const up = this.hosts.filter(({ process }) => process.isAlive);
    if (up.length === 0 || this.storage.isDown) return 'nobody';
    const host = this.random.pick(up);
    const { process } = host;
    const watch = host.onDeath(onDeath);
    try {
      await run(host.deps);
      return 'done';
    } catch (error) {
      return this.#thrown(error, process);
    } finally {
      watch.settled();
    }
  }

  #thrown(error: unknown, process: Process): Delivery {
    if (!process.isAlive) return 'gone';
    const isForeseen = isFailure(error) && error.class !== 'bug';
    if (!isForeseen) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.report(new Breach(0, `something was thrown that nobody foresaw: ${what}`));
    }
    return 'thrown';
  }

  async #work(item: WorkItem, deps: Dependencies): Promise<void> {
    const { signal } = new AbortController();
    if (isBackupItem(item)) return;
    if (item.reason === 'continue-sweep') await sweep(deps, this.config.scope, signal, item.wakeId).catch(ifForeseen);
    else if (isAppItem(item)) await listNewProjects(item, deps, signal);
    else await replicateProject(item, deps);
  }

  /** A notification as the service posts it, delivered until it is taken. */
  notify(text: string, deliveries = 1): void {
    const { signal } = new AbortController();
    const at = new Date(this.time.now()).toISOString();
    const again = (): void => {
      if (deliveries < 5) this.time.schedule(30_000, () => this.notify(text, deliveries + 1));
    };
    const take = (deps: Dependencies): Promise<void> =>
      takeNotification(text, deps, this.rejected, NO_BACKUPS, signal, { at, messageId: null });
    void this.onSomeHost(again, take).then((ended) => ended === 'thrown' && again());
  }

  async sweep(): Promise<void> {
    const { signal } = new AbortController();
    await this.onSomeHost(
      () => undefined,
      (deps) => sweep(deps, this.config.scope, signal),
    );
  }

  #sweepNext(): void {
    const every = SWEEP_EVERY_SECONDS * 1_000;
    this.time.schedule(every - (this.time.now() % every), () => {
      void this.sweep();
      this.#sweepNext();
    });
  }

  #lookNext(): void {
    this.time.schedule(LOOK_AT_STATUS_EVERY_MS, () => {
      void this.checkStatus();
      this.#lookNext();
    });
  }

  async status(): Promise<StatusReport> {
    return reportOf(this.#onlooker, await readStored(this.#onlooker), 0);
  }

  /** What status says now, beside what is so. */
  async checkStatus(): Promise<void> {
    if (this.breach !== null) return;
    this.truth.noteSources();
    const surroundings: ReportSurroundings = {
      truth: this.truth,
      now: () => this.time.now(),
      predictionResourceId: PREDICTION_RESOURCE,
      skewInSeconds: () => this.mostSkewInSeconds,
      noticedWithinSeconds: 2 * SWEEP_EVERY_SECONDS + 3_600,
    };
    try {
      checkReport(await this.status(), surroundings);
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.report(error);
    }
  }

  #written(name: string): void {
    this.effects += 1;
    const text = this.storage.store.get(name);
    if (text !== null) this.#refuseSecrets(name, text);
    if (name !== 'routing.json') return;
    try {
      this.checks.checkRouting('a write of routing');
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.report(error);
    }
  }

  /** Work must not bring about ever more work. */
  #sent(item: WorkItem): void {
    this.#refuseSecrets('a message', JSON.stringify(item));
    const hour = Math.floor(this.time.now() / 3_600_000);
    if (hour !== this.#hour) [this.#hour, this.#sentThisHour] = [hour, 0];
    this.#sentThisHour += 1;
    if (this.#sentThisHour > MOST_MESSAGES_AN_HOUR) {
      this.report(
        new Breach(0, `more than ${MOST_MESSAGES_AN_HOUR} messages in an hour, the last: ${JSON.stringify(item)}`),
      );
    }
  }

  #refuseSecrets(where: string, text: string): void {
    const found = SECRET.exec(text);
    if (found !== null)
      this.report(new Breach(7, `${where} holds a secret: …${text.slice(found.index - 60, found.index + 40)}…`));
  }

  #told(event: ReplicatorEvent): void {
    const text = JSON.stringify(event);
    this.#refuseSecrets('an event', text);
    this.note(text);
    if (event.event === 'step.failed' && event.class === 'bug' && event.code !== 'WORK_POISONED') {
      this.report(new Breach(0, `a step failed as a bug: ${text}`));
    }
  }

  note(text: string): void {
    this.told.push(`${new Date(this.time.now()).toISOString()} ${text}`);
    if (this.told.length > 4_000) this.told.splice(0, 2_000);
  }

  #newId(): string {
    const time = new Date(this.time.now()).toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase();
    return `${time}-${String((this.#ids += 1)).padStart(6, '0')}`;
  }
}

/** The host logs and stores what goes wrong with a part of a sweep, and does not deliver its message again. */
function ifForeseen(error: unknown): void {
  if (!isFailure(error)) throw error;
}
