import type { SettingProblem } from '../core/facts/events.ts';
import type { Config } from './config.ts';
import { isLoopback } from './formats.ts';
import { misspeltSettings } from './misspelt.ts';
import type { ResourceConfig } from './resource-settings.ts';
import { readResource } from './resource-settings.ts';
import { createScope } from './scope.ts';
import { SettingReader, type Environment } from './setting-reader.ts';
import { OPTIONS, RESOURCES, STORAGE } from './settings.ts';
import { readStorage } from './read-storage.ts';
import { timeZoneProblems } from './time-zone.ts';

/**
 * Reads the app settings. Never throws: where anything is missing or bad, `config` is null and `problems` lists all of it,
 * by setting. No problem quotes a secret.
 */
export function parseConfig(env: Environment): { config: Config | null; problems: SettingProblem[] } {
  const reader = new SettingReader(env);
  const config = readConfig(reader);
  const misspelt = misspeltSettings(env).map(({ found, meant }) => ({
    setting: found,
    message: `is not a setting of this app; ${meant} is, and is not set.`,
    expected: `the name ${meant}`,
  }));
  const problems = [...reader.problems, ...timeZoneProblems(env), ...misspelt];
  return { config: problems.length === 0 ? config : null, problems };
}

/** The configuration, or null where a part of it has a problem. */
function readConfig(reader: SettingReader): Config | null {
  const primary = readResource(reader, RESOURCES.primary);
  const secondary = readResource(reader, RESOURCES.secondary);
  const storage = readStorage(reader, STORAGE.own);
  const integrationStorage = readStorage(reader, STORAGE.integration);
  const options = reader.all(OPTIONS);
  checkPair(reader, primary, secondary);
  if (primary === null || secondary === null || storage === null || options === null) return null;
  const { includeProjects, excludeProjects, exportPlatforms, ...others } = options;
  return {
    ...others,
    primary,
    secondary,
    storage,
    integrationStorage,
    scope: createScope(includeProjects, excludeProjects ?? []),
    exportPlatforms: exportPlatforms ?? [],
  };
}

/** This machine goes by several names. */
function isSameHost(one: string, other: string): boolean {
  const plain = (host: string): string => {
    const { hostname, port } = new URL(`http://${host}`);
    return isLoopback(hostname) ? `localhost:${port}` : host;
  };
  return plain(one) === plain(other);
}

/** Copying a resource to itself would double its projects. */
function checkPair(reader: SettingReader, primary: ResourceConfig | null, secondary: ResourceConfig | null): void {
  if (primary === null || secondary === null || !isSameHost(primary.host, secondary.host)) return;
  reader.report(
    RESOURCES.secondary.trainingEndpoint,
    `has the same host as ${RESOURCES.primary.trainingEndpoint.name}.`,
    'the endpoint of another resource, in another region',
  );
}
