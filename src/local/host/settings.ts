import { localSettings } from '../../settings/local-settings.ts';
import { readJsonFile } from '../../json-file.ts';

export type Settings = Readonly<Record<string, string | undefined>>;

/**
 * The `Values` of a local.settings.json that the environment does not set itself; none where the file is not there.
 * Throws where the file is not what the Functions tools write, or is encrypted.
 */
export function readLocalSettings(path: string, environment: Settings): Record<string, string> {
  const json = readJsonFile(path);
  if (json === null) return {};
  const values = Object.entries(localSettings(path, json));
  return Object.fromEntries(values.filter(([name]) => environment[name] === undefined));
}

/** A setting by its name, in any case, as the real host reads it; undefined for none. */
function settingNamed(name: string, settings: Settings): string | undefined {
  const key = name.toLowerCase();
  return settings[name] ?? Object.entries(settings).find(([other]) => other.toLowerCase() === key)?.[1];
}

/** Whether a setting keeps a function's trigger from listening: `true` in any case, or `1`, under either of two names. */
export function isFunctionDisabled(functionName: string, settings: Settings): boolean {
  const names = [`AzureWebJobs.${functionName}.Disabled`, `AzureWebJobs_${functionName}_Disabled`];
  return names.some((name) => /^(true|1)$/i.test(settingNamed(name, settings) ?? ''));
}

/** Whether the bare address is to say nothing: `true` in any case, and nothing else. */
export function isHomepageDisabled(settings: Settings): boolean {
  return settingNamed('AzureWebJobsDisableHomepage', settings)?.toLowerCase() === 'true';
}

/** A binding's text with every %NAME% replaced by that setting; throws for one that is not set. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settingNamed(name, settings);
    if (value === undefined || value === '') throw new Error(`'%${name}%' does not resolve to a value: set ${name}`);
    return value;
  });
}
