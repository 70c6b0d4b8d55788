import type { OpenApp } from '../../src/app/app.ts';
import { SignsOfLife } from '../../src/app/signs.ts';
import { noResources } from '../../src/core/facts/resource-health.ts';
import { LastKnown } from '../../src/app/stored.ts';
import type { RecordStore } from '../../src/replicator/ports/storage.ts';
import type { BackupStore } from '../../src/backups/ports.ts';
import { parseConfig } from '../../src/settings/parse-config.ts';
import { MemoryBackupStore } from './memory-backups.ts';
import { MemoryTriggerQueues } from './memory-trigger-queues.ts';
import type { World } from './world.ts';

export interface Opened extends OpenApp {
  readonly catalogues: MemoryBackupStore;
  readonly triggerQueues: MemoryTriggerQueues;
  /** The two stores, and how often each was asked for a list or a document. */
  counting(): { store: RecordStore; backups: BackupStore; counts: Counts };
}

interface Counts {
  listRecords: number;
  record: number;
  listCatalogues: number;
  catalogue: number;
}

/** The app as one invocation opens it with these settings besides, on the ports of a world and with backups in memory. */
export function openedApp(world: World, settings: Readonly<Record<string, string>> = {}): Opened {
  const { config } = parseConfig({
    PRIMARY_TRAINING_ENDPOINT: world.primary.url,
    PRIMARY_TRAINING_KEY: world.primary.key,
    SECONDARY_TRAINING_ENDPOINT: world.secondary.url,
    SECONDARY_TRAINING_KEY: world.secondary.key,
    REPLICATOR_STORAGE: 'UseDevelopmentStorage=true',
    ...settings,
  });
  if (config === null) throw new Error('The settings of this test are bad.');
  const deps = { ...world.deps, schedule: config.schedule };
  const catalogues = new MemoryBackupStore();
  const triggerQueues = new MemoryTriggerQueues();
  const noModels = () => Promise.reject(new Error('This app has no models to back up.'));
  const backups: OpenApp['backups'] = {
    source: {
      getProject: noModels,
      getIterations: noModels,
      getIterationTags: noModels,
      getDomain: noModels,
      getExports: noModels,
      exportIteration: noModels,
    },
    backups: catalogues,
    downloads: { open: noModels },
    leases: deps.leases,
    queue: deps.queue,
    history: deps.history,
    events: deps.events,
    clock: deps.clock,
    policy: { exclusionOf: () => null, dryRun: false, exportPlatforms: [], invocationInSeconds: 240 },
  };
  return {
    config,
    deps,
    backups,
    parts: {
      backups: { deps: backups, exportContainerUri: 'https://store.example/model-exports', asksForExports: false },
      rejected: world.rejected,
      lastKnown: new LastKnown(),
      signs: new SignsOfLife(deps.store.signs, deps.clock, config.notificationQueue),
      triggerQueues,
      ensureExportContainer: () => Promise.resolve(),
      policy: () => Promise.resolve(deps.policy),
      takeCalls: () => [],
      keptResources: { value: noResources() },
      seenResources: () => world.seenResources,
      mask: (text) => text,
    },
    settings,
    about: { title: 'test', version: '0', primary: world.primary.url, secondary: world.secondary.url, mode: 'normal' },
    catalogues,
    triggerQueues,
    counting() {
      const counts = { listRecords: 0, record: 0, listCatalogues: 0, catalogue: 0 };
      return {
        counts,
        store: counted(deps.store, { list: () => (counts.listRecords += 1), record: () => (counts.record += 1) }),
        backups: counted<BackupStore>(catalogues, {
          listCatalogues: () => (counts.listCatalogues += 1),
          catalogue: () => (counts.catalogue += 1),
        }),
      };
    },
  };
}

/** A port that tells of each call of some of its methods before it goes on. */
function counted<T extends object>(port: T, calls: Readonly<Record<string, () => void>>): T {
  return new Proxy(port, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        calls[String(property)]?.();
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}
