import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../settings/config.ts';
import { secretsOf } from '../settings/config.ts';
import type { ResourceConfig } from '../settings/resource-settings.ts';
import type { StorageConfig } from '../settings/storage-settings.ts';
import { pairOf } from '../core/content/mark.ts';
import { shortId } from '../core/facts/installation.ts';
import { readInstallation } from '../replicator/documents.ts';
import { noResources, type Resources } from '../core/facts/resource-health.ts';
import type { ResourceCalls } from '../core/status/metrics.ts';
import type { Policy } from '../core/plan/policy.ts';
import { limitsFor } from '../core/plan/policy.ts';
import { exclusionOf } from '../core/plan/scope.ts';
import { CustomVisionClient } from '../customvision/client.ts';
import { DEFAULT_LIMITS } from '../customvision/transport.ts';
import type { RejectedNotifications, TriggerQueues, RecordStore } from '../replicator/ports/storage.ts';
import type { Dependencies } from '../replicator/context.ts';
import type { StorageConnection } from '../storage/connections.ts';
import { connectStorage } from '../storage/connections.ts';
import { createHistoryLog } from '../storage/history-log.ts';
import { createIntegrationStorage, ensureContainer, integrationUris } from '../storage/integration-storage.ts';
import { createProjectLeases } from '../storage/project-lease.ts';
import { createRecordStore } from '../storage/record-store.ts';
import { createRejectedNotifications } from '../storage/rejected-notifications.ts';
import { createTriggerQueues } from '../storage/trigger-queues.ts';
import { createWorkQueue } from '../storage/work-queue.ts';
import { createMask } from '../masking.ts';
import type { BackupParts } from './backup-parts.ts';
import { makeBackupParts } from './backup-parts.ts';
import { cognitiveServicesToken, credentialFor, type Identity } from './credentials.ts';
import { predictionEndpointsOf } from './prediction-settings.ts';
import { SignsOfLife } from './signs.ts';
import { LastKnown } from './stored.ts';

export interface Parts {
  /** All but the events, which have a log for each invocation, and the policy, for which storage has to be asked. */
  readonly deps: Omit<Dependencies, 'events' | 'policy'>;
  /** What the planner is bound by; reads which installation this is, once. */
  policy(): Promise<Policy>;
  readonly backups: BackupParts;
  readonly rejected: RejectedNotifications;
  /** When the functions of this process ran. */
  readonly signs: SignsOfLife;
  readonly triggerQueues: TriggerQueues;
  /** Makes the container that Custom Vision exports models into where it is missing; looks for it once. */
  ensureExportContainer(): Promise<void>;
  /** What status was last made of. */
  readonly lastKnown: LastKnown;
  /** The calls to each resource since the last time this was called. */
  takeCalls(): ResourceCalls[];
  /** What the calls of this process have shown of both resources. */
  seenResources(): Resources;
  /** What of it this process has last kept. */
  readonly keptResources: { value: Resources };
  /** Takes the secrets of the settings out of a text, and whatever else looks like one. */
  readonly mask: (text: string) => string;
}

export const clock = { now: () => new Date() };

const timing = {
  ...clock,
  sleep: async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    await sleep(milliseconds, undefined, { signal });
  },
  random: () => Math.random(),
};

function every(periodInMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodInMs).unref();
  return () => clearInterval(timer);
}

/** The time, so that ids sort by age, and random characters, so that no two are the same. */
function newId(): string {
  const time = clock.now().toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase();
  return `${time}-${randomBytes(6).toString('hex')}`;
}

/** Makes everything that the functions work with; opens no connection yet. */
export function makeParts(config: Config): Parts {
  const identity = (storage: StorageConfig) => credentialFor(identityOf(storage));
  const connections = {
    own: connectionOf(config.storage, identity),
    integration: connectionOf(config.integrationStorage ?? config.storage, identity),
  };
  const ownStorage = connectStorage(connections.own);
  const integrationStorage = connectStorage(connections.integration);
  const integrationNames = { container: config.modelExportContainer, queue: config.notificationQueue };
  const mask = createMask(secretsOf(config));
  const store = createRecordStore(ownStorage.blobs);
  const leases = createProjectLeases(ownStorage.blobs, { clock, every });
  const client = clientMaker(config, store, identity(config.storage));
  const source = client(config.primary);
  const target = client(config.secondary);
  const queue = createWorkQueue(ownStorage.queues);
  const policy: Omit<Policy, 'owner'> = {
    exclusionOf: (project) => exclusionOf(project, config.scope),
    dryRun: config.dryRun,
    generationsToKeep: config.generationsToKeep,
    keepCopiesForInSeconds: config.keepCopiesForInSeconds,
    shrinkLimitInPercent: config.shrinkLimitInPercent,
    objectiveInSeconds: config.recoveryPointObjectiveInSeconds,
    targetProjectLimit: config.secondaryProjectLimit,
    predictionResourceId: config.secondary.predictionResourceId,
    integration: config.configureStorageIntegration ? integrationUris(integrationStorage, integrationNames) : null,
    predictionEndpoints: predictionEndpointsOf(config),
    limits: limitsFor(leases.leaseInSeconds, DEFAULT_LIMITS.copyDeadlineInMs / 1_000),
  };
  const history = createHistoryLog(ownStorage.blobs);
  const backupLeases = createProjectLeases(ownStorage.blobs, { clock, every }, '.backups');
  return {
    backups: makeBackupParts(config, connections, { source, queue, history, leases: backupLeases, clock }, policy),
    deps: {
      source,
      target,
      store,
      leases,
      queue,
      history,
      integrationStorage: createIntegrationStorage(integrationStorage, integrationNames),
      clock,
      schedule: config.schedule,
      newId,
    },
    policy: once(async () => {
      const installation = await readInstallation(store, clock, randomUUID);
      return { ...policy, owner: { pair: pairOf(source.host, target.host), installation: shortId(installation) } };
    }),
    rejected: createRejectedNotifications(integrationStorage.queues, { clock, mask }),
    signs: new SignsOfLife(store.signs, clock, config.notificationQueue),
    triggerQueues: createTriggerQueues({ own: ownStorage.queues, integration: integrationStorage.queues }),
    ensureExportContainer: once(() => ensureContainer(integrationStorage, config.modelExportContainer)),
    lastKnown: new LastKnown(),
    mask,
    takeCalls: callTaker({ source, target }),
    keptResources: { value: noResources() },
    seenResources: () => ({ schemaVersion: 1, primary: source.health, secondary: target.health }),
  };
}

/** Makes the clients of both resources, which sign in alike where they have no key. */
function clientMaker(
  { apiVersion, storageIntegrationApiVersion, callsPerSecond }: Config,
  { holds }: RecordStore,
  credential: ReturnType<typeof credentialFor>,
): (resource: ResourceConfig) => CustomVisionClient {
  return ({ trainingEndpoint: endpoint, key }) => {
    const signIn = (signal: AbortSignal) => cognitiveServicesToken(credential, signal);
    return new CustomVisionClient({
      ...{ endpoint, apiVersion, storageIntegrationApiVersion, callsPerSecond, timing, holds },
      authorization: key === null ? { kind: 'entra', getToken: signIn } : { kind: 'key', key },
    });
  };
}

/** The answer of the first call that succeeded, for every later one. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return async () => {
    answer ??= ask();
    try {
      return await answer;
    } catch (error) {
      answer = null;
      throw error;
    }
  };
}

/** Each call answers with the counts since the call before it. */
function callTaker(sides: Record<ResourceCalls['side'], CustomVisionClient>): () => ResourceCalls[] {
  let since = clock.now();
  return () => {
    const now = clock.now();
    const windowInSeconds = (now.getTime() - since.getTime()) / 1_000;
    since = now;
    return (['source', 'target'] as const).map((side) => ({ side, ...sides[side].takeCounts(), windowInSeconds }));
  };
}

function connectionOf(
  storage: StorageConfig,
  identity: (storage: StorageConfig) => ReturnType<typeof credentialFor>,
): StorageConnection {
  if (storage.kind === 'connectionString') return { connectionString: storage.connectionString };
  const { blobServiceUri, queueServiceUri } = storage;
  return { blobServiceUri, queueServiceUri, credential: identity(storage) };
}

/** Which identity an account's settings name; whatever there is where they name none. */
function identityOf(storage: StorageConfig): Identity {
  if (storage.kind === 'identity') return storage;
  return { credential: null, clientId: null, managedIdentityResourceId: null };
}
