import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import type { Backup, Catalogue } from '../../src/core/backups/catalogue.ts';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import { isBackupItem, type BackupItem, type WorkItem } from '../../src/core/facts/work-item.ts';
import { newSweepState } from '../../src/core/facts/sweep-state.ts';
import { CustomVisionClient } from '../../src/customvision/client.ts';
import { ModelDownloader } from '../../src/customvision/model-downloads.ts';
import type { Azurite } from '../../src/local/azurite.ts';
import {
  ManualClock,
  startSimulator,
  type ProjectSeed,
  type Simulator,
  type SimulatorOptions,
  type StoredIteration,
  type StoredProject,
} from '../../src/local/simulator/index.ts';
import { backUpProject } from '../../src/backups/back-up-project.ts';
import type { BackupStore } from '../../src/backups/ports.ts';
import type { BackupPolicy, BackupDependencies } from '../../src/backups/context.ts';
import { enqueueBackups, readCatalogues } from '../../src/backups/enqueue-backups.ts';
import { takeExport } from '../../src/backups/take-export.ts';
import { readRecords } from '../../src/replicator/documents.ts';
import type { ExportIntake } from '../../src/replicator/intake.ts';
import { takeNotification } from '../../src/replicator/intake.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import { BACKUP_CONTAINER } from '../../src/core/facts/storage-names.ts';
import { createBackupStore } from '../../src/storage/backup-store.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { API_VERSIONS } from './api-versions.ts';
import { aPolicy, HALF_HOURLY } from './builders.ts';
import { Killed, Killer } from './killer.ts';
import { MemoryHistory } from './memory-history.ts';
import { MemoryLeases, MemoryRecordStore, MemoryRejectedNotifications, MemoryWorkQueue } from './memory-storage.ts';

const QUEUE = 'custom-vision-notifications';
const EXPORT_CONTAINER = 'model-exports';

/** A project whose models can be exported. */
const COMPACT: ProjectSeed = {
  name: 'Flowers',
  domain: 'General (compact)',
  tags: [
    { name: 'rose', images: 2 },
    { name: 'tulip', images: 2 },
  ],
};

export interface BackupWorldOptions {
  readonly primary?: SimulatorOptions;
  readonly policy?: Partial<BackupPolicy>;
  /** What reaches the export container; the account's own key unless given. */
  readonly exportBlobs?: BlobServiceClient;
}

/**
 * A simulated primary that writes into a real storage account, the real client and backup store, and work on backups
 * between them. Its clock starts now, since signatures live by real time, and moves only when it is told to.
 */
export class BackupWorld {
  readonly clock: ManualClock;
  readonly primary: Simulator;
  readonly history = new MemoryHistory();
  readonly queue: MemoryWorkQueue;
  readonly store = new MemoryRecordStore();
  readonly rejected: MemoryRejectedNotifications;
  readonly events: ReplicatorEvent[] = [];
  /** The settings of today. */
  policy: BackupPolicy;
  /** What the worker of today may do; a killed one is replaced by `restart`. */
  killer = new Killer();
  /** What a test checks after each effect of the worker. */
  afterEachEffect: () => Promise<void> = () => Promise.resolve();
  /** Messages that were taken off the queue and never done with. */
  #undelivered: BackupItem[] = [];
  readonly #azurite: Azurite;
  readonly #account: string;
  readonly #blobs: BlobServiceClient;
  readonly #queues: QueueServiceClient;
  readonly #client: CustomVisionClient;
  readonly #downloads = new ModelDownloader();
  readonly #leases: MemoryLeases;
  readonly #exportBlobs: BlobServiceClient;
  readonly #now: { now: () => Date };

  private constructor(
    primary: Simulator,
    clock: ManualClock,
    azurite: Azurite,
    account: string,
    options: BackupWorldOptions,
  ) {
    this.clock = clock;
    this.primary = primary;
    this.#azurite = azurite;
    this.#account = account;
    ({ blobs: this.#blobs, queues: this.#queues } = connectStorage({
      connectionString: azurite.connectionString(account),
    }));
    this.#exportBlobs = options.exportBlobs ?? this.#blobs;
    this.#now = { now: () => new Date(clock.now()) };
    this.queue = new MemoryWorkQueue(this.#now);
    this.rejected = new MemoryRejectedNotifications(this.#now);
    this.#leases = new MemoryLeases(this.#now);
    this.#client = new CustomVisionClient({
      ...API_VERSIONS,
      endpoint: primary.url,
      authorization: { kind: 'key', key: primary.key },
      callsPerSecond: 1_000,
      timing: { ...this.#now, sleep: (milliseconds) => clock.advance(milliseconds), random: () => 0.5 },
    });
    this.policy = {
      exclusionOf: () => null,
      dryRun: false,
      exportPlatforms: [],
      invocationInSeconds: 240,
      ...options.policy,
    };
  }

  static async start(azurite: Azurite, account: string, options: BackupWorldOptions = {}): Promise<BackupWorld> {
    const clock = new ManualClock(Date.now());
    const storageConnectionString = azurite.connectionString(account);
    const primary = await startSimulator({ clock, storageConnectionString, ...options.primary });
    const world = new BackupWorld(primary, clock, azurite, account, options);
    const containers = [world.exports, world.backupBlobs];
    await Promise.all(containers.map((container) => container.deleteIfExists()));
    await Promise.all([world.exports.create(), world.#queues.createQueue(QUEUE)]);
    return world;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#client.close(), this.#downloads.close(), this.primary.close()]);
    await this.#queues.deleteQueue(QUEUE);
  }

  get exports(): ContainerClient {
    return this.#blobs.getContainerClient(EXPORT_CONTAINER);
  }

  get backupBlobs(): ContainerClient {
    return this.#blobs.getContainerClient(BACKUP_CONTAINER);
  }

  /** Adds a project that notifies and exports to this account, unless told otherwise; nothing was trained yet. */
  addUntrained(seed: Partial<ProjectSeed> = {}): Promise<StoredProject> {
    const uris = {
      notificationQueueUri: `${this.#azurite.queueUri(this.#account)}/${QUEUE}`,
      exportModelContainerUri: this.exports.url,
    };
    return this.primary.resource.addProject({ ...COMPACT, ...uris, ...seed });
  }

  /** The same, with one trained iteration. */
  async addProject(seed: Partial<ProjectSeed> = {}): Promise<{ project: StoredProject; iteration: StoredIteration }> {
    const project = await this.addUntrained({ iterations: [{ name: 'Iteration 1' }], ...seed });
    const [iteration] = project.iterations.values();
    if (iteration === undefined) throw new Error('The project has no iteration.');
    return { project, iteration };
  }

  /** The service exports a model, to its end. */
  async exportModel(
    project: StoredProject,
    iteration: StoredIteration,
    platform: string,
    flavor?: string,
  ): Promise<void> {
    this.primary.resource.exportModel(project.id, iteration.id, { platform, ...(flavor && { flavor }) });
    await this.clock.advance(6_000);
  }

  get #backups(): BackupStore {
    return createBackupStore({
      blobs: this.#blobs,
      exportBlobs: this.#exportBlobs,
      exportContainer: EXPORT_CONTAINER,
    });
  }

  /** A new process after one was killed: its leases lapse, and the messages that it had taken come back. */
  async restart(): Promise<void> {
    this.#leases.dropHolders();
    this.killer = new Killer();
    await this.pass(600);
    for (const item of this.#undelivered.splice(0)) await this.queue.enqueue(item, 0);
  }

  get deps(): BackupDependencies {
    const { killer } = this;
    const check = () => this.afterEachEffect();
    return {
      source: killer.guard('source', this.#client, ['exportIteration'], check),
      backups: killer.guardBackups(this.#backups, check),
      downloads: this.#downloads,
      leases: this.#leases,
      queue: killer.guard('queue', this.queue, ['enqueue'], check),
      history: killer.guard('history', this.history, ['append'], check),
      events: { emit: (event) => this.events.push(event) },
      clock: this.#now,
      policy: this.policy,
    };
  }

  /** What intake works with; of the target it needs nothing. */
  get #intakeDependencies(): Dependencies {
    const { queue, events, clock } = this.deps;
    return {
      source: this.#client,
      target: this.#client,
      store: this.store,
      history: this.history,
      leases: this.#leases,
      queue,
      events,
      clock,
      integrationStorage: { ensure: () => Promise.resolve() },
      newId: () => 'id',
      schedule: HALF_HOURLY,
      policy: {
        ...aPolicy({ predictionResourceId: null, predictionEndpoints: { primary: null, secondary: null } }),
        exclusionOf: this.policy.exclusionOf,
        dryRun: this.policy.dryRun,
      },
    };
  }

  /** Takes every notification that the service has posted, and does the work that follows from it at once. */
  async notified(): Promise<void> {
    for (const text of await this.takePosted()) await this.notify(text);
  }

  /** The texts that lie in the notification queue, taken off it. */
  async takePosted(): Promise<string[]> {
    const client = this.#queues.getQueueClient(QUEUE);
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
    for (const { messageId, popReceipt } of receivedMessageItems) await client.deleteMessage(messageId, popReceipt);
    return receivedMessageItems.map(({ messageText }) => messageText);
  }

  async notify(text: string): Promise<void> {
    const exports: ExportIntake = {
      asksForExports: this.policy.exportPlatforms.length > 0,
      take: (notification, signal) => takeExport(notification, this.#intakeDependencies, this.exports.url, signal),
    };
    await takeNotification(text, this.#intakeDependencies, this.rejected, exports, new AbortController().signal);
    await this.work();
  }

  /** Does the work on backups that is due; answers with the items. */
  async work(): Promise<BackupItem[]> {
    const done: BackupItem[] = [];
    for (let items = this.queue.takeDue(); items.length > 0; items = this.queue.takeDue()) {
      const ours = items.filter((each: WorkItem) => isBackupItem(each));
      for (const [index, item] of ours.entries()) {
        try {
          await backUpProject(item, this.deps, new AbortController().signal);
        } catch (error) {
          if (error instanceof Killed) this.#undelivered.push(...ours.slice(index));
          throw error;
        }
        done.push(item);
      }
      if (done.length > 1_000) throw new Error('The work never ends.');
    }
    return done;
  }

  /** Goes from message to message until none is due within the time. */
  async settle(withinSeconds = 4 * 3_600): Promise<BackupItem[]> {
    const until = this.clock.now() + withinSeconds * 1_000;
    const done: BackupItem[] = [];
    for (;;) {
      done.push(...(await this.work()));
      const next = this.queue.nextDueAt();
      if (next === null || next.getTime() > until) return done;
      await this.clock.advance(Math.max(0, next.getTime() - this.clock.now()));
    }
  }

  /** What a sweep does for backups, and the work that follows at once; answers for how many projects. */
  async sweep(): Promise<number> {
    const listed = this.primary.resource.projects.map(({ id, name }) => ({
      id,
      name,
      since: this.#time,
      excluded: null,
    }));
    const stored = await this.store.sweep.read();
    await this.store.sweep.write({ ...newSweepState(this.#time), projects: listed }, stored?.etag ?? null);
    const enqueued = await enqueueBackups(this.deps, {
      sweep: (await this.store.sweep.read())?.value ?? null,
      records: (await readRecords(this.store)).records,
      catalogues: await readCatalogues(this.deps.backups),
    });
    await this.work();
    return enqueued;
  }

  async enqueue(projectId: string, reason: BackupItem['reason']): Promise<void> {
    await this.queue.enqueue({ schemaVersion: 1, projectId, reason, wakeId: null }, 0);
    await this.work();
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1_000);
  }

  async catalogue(projectId: string): Promise<Catalogue> {
    const stored = await this.deps.backups.catalogue(projectId).read();
    if (stored === null) throw new Error(`There is no catalogue of ${projectId}.`);
    return stored.value;
  }

  /** The one backup of a project; throws where there is none, or more than one. */
  async onlyBackup(projectId: string): Promise<Backup> {
    const { backups } = await this.catalogue(projectId);
    const [backup, ...others] = backups;
    if (backup !== undefined && others.length === 0) return backup;
    throw new Error(`Expected one backup: ${JSON.stringify(backups)}`);
  }

  async content(blob: string): Promise<string> {
    return (await this.backupBlobs.getBlobClient(blob).downloadToBuffer()).toString();
  }

  /** Writes over a blob, or makes one. */
  async write(container: ContainerClient, name: string, text: string): Promise<void> {
    await container.createIfNotExists();
    await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
  }

  async packages(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.backupBlobs.listBlobsFlat({ prefix: 'models/' })) names.push(name);
    return names;
  }

  eventsOf<E extends ReplicatorEvent['event']>(event: E): Extract<ReplicatorEvent, { event: E }>[] {
    return this.events.filter((emitted): emitted is Extract<ReplicatorEvent, { event: E }> => emitted.event === event);
  }

  get #time(): string {
    return this.#now.now().toISOString();
  }
}
