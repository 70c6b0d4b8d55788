import type { Scope } from '../core/plan/scope.ts';

/** What the app settings say, checked and with the defaults filled in. */
export interface Config {
  readonly primary: ResourceConfig;
  readonly secondary: ResourceConfig;
  readonly storage: StorageConfig;
  /** Null where Custom Vision writes to the same account as this app. */
  readonly integrationStorage: StorageConfig | null;
  readonly notificationQueue: string;
  readonly modelExportContainer: string;
  readonly configureStorageIntegration: boolean;
  readonly schedule: Schedule;
  readonly recoveryPointObjectiveInSeconds: number;
  readonly scope: Scope;
  readonly generationsToKeep: number;
  readonly secondaryProjectLimit: number;
  readonly exportPlatforms: readonly ExportPlatform[];
  readonly callsPerSecond: number;
  readonly apiVersion: string;
  readonly storageIntegrationApiVersion: string;
  readonly dryRun: boolean;
}

/** A Custom Vision resource. Endpoints have no slash at their end. */
export interface ResourceConfig {
  readonly trainingEndpoint: string;
  /** The training endpoint's host, lower case, with its port where that is not the scheme's own. */
  readonly host: string;
  /** A secret. Null where Microsoft Entra ID is used. */
  readonly key: string | null;
  readonly predictionEndpoint: string | null;
  /** An ARM id. */
  readonly predictionResourceId: string | null;
}

export type StorageConfig =
  /** A secret. */
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      /** Null: whatever identity the surroundings offer. */
      readonly credential: 'managedidentity' | null;
      /** A user-assigned managed identity; null for the system-assigned one. */
      readonly clientId: string | null;
    };

export interface Schedule {
  /** NCRONTAB: six fields, seconds first, in UTC. */
  readonly expression: string;
  /** The first time after the given one at which it fires. */
  nextAfter(time: Date): Date;
  /** The longest time between two runs. */
  readonly intervalInSeconds: number;
}

export interface ExportPlatform {
  readonly platform: string;
  readonly flavor: string | null;
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
