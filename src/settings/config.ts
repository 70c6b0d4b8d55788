import type { ExportPlatform } from '../core/backups/plan.ts';
import type { Scope } from '../core/plan/scope.ts';
import type { ResourceConfig } from './resource-settings.ts';
import type { ValuesOf } from './setting.ts';
import type { OPTIONS } from './settings.ts';
import type { StorageConfig } from './storage-settings.ts';

/** The settings whose value stands in the configuration under the same name as in the table. */
type Options = Omit<ValuesOf<typeof OPTIONS>, 'includeProjects' | 'excludeProjects' | 'exportPlatforms'>;

/** What the app settings say, checked and with the defaults filled in. */
export interface Config extends Options {
  readonly primary: ResourceConfig;
  readonly secondary: ResourceConfig;
  readonly storage: StorageConfig;
  /** Null where Custom Vision writes to the same account as this app. */
  readonly integrationStorage: StorageConfig | null;
  readonly scope: Scope;
  readonly exportPlatforms: readonly ExportPlatform[];
}

/** The secrets among the settings, for whoever masks them: keys, and the key or signature of each connection string. */
export function secretsOf(config: Config): string[] {
  const connections = [config.storage, config.integrationStorage].flatMap((storage) =>
    storage?.kind === 'connectionString' ? secretsInConnectionString(storage.connectionString) : [],
  );
  return [config.primary.key, config.secondary.key, ...connections].filter((secret) => secret !== null);
}

function secretsInConnectionString(connectionString: string): string[] {
  const secrets = connectionString.matchAll(/(?:^|;)\s*(?:AccountKey|SharedAccessSignature)=([^;]+)/g);
  return [...secrets].map(([, secret = '']) => secret);
}
