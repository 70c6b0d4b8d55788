import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/local/simulator/index.ts';
import { poisonQueueOf, WORK_QUEUE } from '../../src/core/facts/storage-names.ts';
import { OPTIONS } from '../../src/settings/settings.ts';
import { HostProcess, RARELY } from '../local/host/host-process.ts';
import { RunningApp } from './running-app.ts';

const root = join(__dirname, '..', '..');

/** How long a message is hidden after the host that took it was killed. */
const MESSAGE_LOCK_IN_SECONDS = 2;

const PREDICTION_RESOURCE =
  '/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/dr/providers/Microsoft.CognitiveServices/accounts/dr';
export const PRIMARY_PREDICTION_RESOURCE = PREDICTION_RESOURCE.replace(/dr$/, 'live');

export type Environment = Readonly<Record<string, string>>;

export interface StageOptions {
  readonly primary?: SimulatorOptions;
  readonly secondary?: SimulatorOptions;
  /** Settings of the app besides, or instead of, those that a stage gives; an empty one is as good as none. */
  readonly env?: Environment;
}

/** One Azurite and one build of the app, for the scenarios of one file; each scenario has an account of its own. */
export class Theatre {
  readonly #azurite: Azurite;
  readonly #folder: string;
  readonly #accounts: string[];
  readonly #stages: Stage[] = [];

  private constructor(azurite: Azurite, folder: string, accounts: string[]) {
    this.#azurite = azurite;
    this.#folder = folder;
    this.#accounts = accounts;
  }

  /** @param scenarios how many stages there may be. */
  static async open(scenarios: number): Promise<Theatre> {
    const accounts = Array.from({ length: scenarios }, (_, index) => `scenario${index + 1}`);
    const folder = mkdtempSync(join(tmpdir(), 'scenarios-'));
    writeHostJson(folder);
    const [azurite] = await Promise.all([startAzurite({ accounts }), buildApp(join(folder, 'dist', 'main.cjs'))]);
    return new Theatre(azurite, folder, accounts);
  }

  /** Two resources and an empty storage account; it is cleared away with the theatre. */
  async stage(options: StageOptions = {}): Promise<Stage> {
    const account = this.#accounts.shift();
    if (account === undefined) throw new Error('The theatre was opened for fewer scenarios.');
    const stage = await Stage.set(this.#azurite, account, this.#folder, options);
    this.#stages.push(stage);
    return stage;
  }

  async close(): Promise<void> {
    await Promise.all(this.#stages.map((stage) => stage.clear()));
    await this.#azurite.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The app's own host.json, but quicker to look for messages and to deliver failed ones again. */
function writeHostJson(folder: string): void {
  const own = JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')) as { extensions: { queues: object } };
  const queues = { ...own.extensions.queues, maxPollingInterval: '00:00:00.4', visibilityTimeout: '00:00:01' };
  writeFileSync(join(folder, 'host.json'), JSON.stringify({ ...own, extensions: { queues } }));
}

async function buildApp(outfile: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--outfile', outfile], { cwd: root });
}

/** What one scenario plays on: a primary, a secondary, a storage account, and apps that come and go. */
export class Stage {
  readonly primary: Simulator;
  readonly secondary: Simulator;
  readonly queues: QueueServiceClient;
  readonly blobs: BlobServiceClient;
  /** Where Custom Vision is to post its notifications. */
  readonly notificationQueueUri: string;
  readonly #folder: string;
  readonly #env: Environment;
  readonly #started: HostProcess[] = [];
  readonly #apps: RunningApp[] = [];
  #steeredInSeconds = 0;

  private constructor(
    parts: Pick<Stage, 'primary' | 'secondary'>,
    azurite: Azurite,
    account: string,
    folder: string,
    env: Environment,
  ) {
    const connection = azurite.connectionString(account);
    this.primary = parts.primary;
    this.secondary = parts.secondary;
    this.queues = QueueServiceClient.fromConnectionString(connection);
    this.blobs = BlobServiceClient.fromConnectionString(connection);
    this.notificationQueueUri = `${azurite.queueUri(account)}/custom-vision-notifications`;
    this.#folder = folder;
    this.#env = {
      PRIMARY_TRAINING_ENDPOINT: this.primary.url,
      PRIMARY_TRAINING_KEY: this.primary.key,
      PRIMARY_PREDICTION_ENDPOINT: 'https://live.example.com',
      SECONDARY_TRAINING_ENDPOINT: this.secondary.url,
      SECONDARY_TRAINING_KEY: this.secondary.key,
      SECONDARY_PREDICTION_ENDPOINT: 'https://dr.example.com',
      SECONDARY_PREDICTION_RESOURCE_ID: PREDICTION_RESOURCE,
      REPLICATOR_STORAGE: connection,
      REPLICATION_SCHEDULE: RARELY,
      CALLS_PER_SECOND: '100',
      KEEP_COPIES_FOR: 'PT0S',
      ...env,
    };
  }

  static async set(azurite: Azurite, account: string, folder: string, options: StageOptions): Promise<Stage> {
    const common = {
      limits: { callsPerSecond: Infinity },
      delays: { importInSeconds: 0.5, trainingInSeconds: 0.5 },
      storageConnectionString: azurite.connectionString(account),
    };
    const primary = await startSimulator({ ...common, name: 'primary', ...options.primary });
    const secondary = await startSimulator({ ...common, name: 'secondary', ...options.secondary });
    const stage = new Stage({ primary, secondary }, azurite, account, folder, options.env ?? {});
    await stage.#makeQueues(options.env?.['NOTIFICATION_QUEUE'] ?? OPTIONS.notificationQueue.default);
    return stage;
  }

  /** As the deployment makes them: no host makes the queues that its triggers listen to. */
  async #makeQueues(notificationQueue: string): Promise<void> {
    for (const name of [WORK_QUEUE, notificationQueue]) {
      await this.queues.createQueue(name);
      await this.queues.createQueue(poisonQueueOf(name));
    }
  }

  /** Starts an app; its clock is where that of the apps before it was. Resolves once it listens. */
  async start(env: Environment = {}): Promise<RunningApp> {
    const flags = ['--message-lock', String(MESSAGE_LOCK_IN_SECONDS), '--steerable-clock', '--verbose'];
    const process = new HostProcess(this.#folder, flags, { ...this.#env, ...env });
    this.#started.push(process);
    const app = await RunningApp.in(process);
    if (this.#steeredInSeconds > 0) await app.advance(this.#steeredInSeconds);
    this.#apps.push(app);
    return app;
  }

  /** The settings that an app is started with. */
  get environment(): Environment {
    return this.#env;
  }

  /** Lets time pass for every app that runs. */
  async advance(seconds: number): Promise<void> {
    this.#steeredInSeconds += seconds;
    for (const app of this.#running) await app.advance(seconds);
  }

  /** Kills every app at once; resolves when all are gone. */
  async kill(): Promise<void> {
    await Promise.all(this.#running.map((app) => app.kill()));
  }

  /** What the passing of half a minute does to the leases of those who were killed. */
  async lapseLeases(): Promise<void> {
    for (const name of await this.#leased()) {
      await this.#state.getBlobClient(name).getBlobLeaseClient().breakLease(0);
    }
  }

  /** Resolves once no app works on a project and no message is due. */
  async quiet(): Promise<void> {
    let calm = 0;
    await eventually('quiet', async () => {
      const { peekedMessageItems } = await this.queues.getQueueClient('replication-work').peekMessages();
      const isCalm = peekedMessageItems.length === 0 && (await this.#leased()).length === 0;
      calm = isCalm ? calm + 1 : 0;
      return calm >= 2 ? true : undefined;
    });
  }

  /** Sweeps, and lets time pass, until every project is in sync and nothing is left of any import. */
  async settle(app: RunningApp, secondsPerRound = 20, rounds = 60): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await app.sweep();
      await this.quiet();
      if (await this.#isSettled(app)) return;
      await this.advance(secondsPerRound);
    }
    throw new Error(`It did not settle: ${JSON.stringify(await app.status(), null, 1)}\n${app.process.stderr}`);
  }

  async #isSettled(app: RunningApp): Promise<boolean> {
    const { projects, sweep } = await app.status();
    // What is in sync by an earlier look may have changed since, and its work be only just about to begin.
    const isOfThisSweep = (observedAt: string | null): boolean =>
      observedAt !== null && sweep.lastStartedAt !== null && observedAt >= sweep.lastStartedAt;
    const areInSync = projects.every(
      ({ sync, failure, observedAt }) =>
        sync === 'excluded' || (sync === 'in-sync' && failure === null && isOfThisSweep(observedAt)),
    );
    const isStaging = this.secondary.resource.projects.some(({ name }) => name.startsWith('cvr-'));
    return areInSync && !isStaging && sweep.problem === null;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#started.map((process) => process.end('SIGKILL')));
    await Promise.all([this.primary.close(), this.secondary.close()]);
  }

  get #running(): RunningApp[] {
    return this.#apps.filter(({ runs }) => runs);
  }

  get #state() {
    return this.blobs.getContainerClient('replication-state');
  }

  async #leased(): Promise<string[]> {
    const names: string[] = [];
    if (!(await this.#state.exists())) return names;
    for await (const { name, properties } of this.#state.listBlobsFlat({ prefix: 'locks/' })) {
      if (properties.leaseState === 'leased') names.push(name);
    }
    return names;
  }
}

const POLL_IN_MS = 150;

/** Asks again and again until there is an answer; gives up, saying what was asked for, after the limit. */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>, limitInMs = 90_000): Promise<T> {
  const until = Date.now() + limitInMs;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`Waited ${limitInMs / 1000} s in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_IN_MS));
  }
}
