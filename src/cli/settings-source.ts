import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readJsonFile } from '../json-file.ts';
import { localSettings } from '../settings/local-settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command is told to take the app's settings from. */
export interface SettingsOptions {
  readonly settings?: string;
  readonly app?: string;
  readonly resourceGroup?: string;
}

/** Settings that cannot be had from where they should be. */
export class NoSettings extends Error {}

const DEFAULT_FILE = 'local.settings.json';

/** Answers with what `az` prints; throws what it says on standard error. */
export type RunAz = (args: readonly string[]) => Promise<string>;

/**
 * The app's settings: of a deployed app through the user's own `az`, of a file, or of the environment and then
 * `local.settings.json`, as the local host reads them. What is named on the command line goes before the environment.
 *
 * @throws NoSettings
 */
export async function settingsFrom(
  { settings, app, resourceGroup }: SettingsOptions,
  environment: Environment,
  az: RunAz = runAz,
): Promise<Environment> {
  if (app !== undefined) {
    if (settings !== undefined) throw new NoSettings('Give --app or --settings, not both.');
    if (resourceGroup === undefined)
      throw new NoSettings('--app needs --resource-group, the group that the app is in.');
    return { ...environment, ...(await settingsOfApp(app, resourceGroup, az)) };
  }
  if (settings !== undefined) return { ...environment, ...readNamed(settings) };
  const local = readFile(DEFAULT_FILE);
  return local === null ? environment : { ...local, ...environment };
}

function readNamed(path: string): Record<string, string> {
  const values = readFile(path);
  if (values === null) throw new NoSettings(`There is no file ${path}.`);
  return values;
}

/** Null where there is no such file. */
function readFile(path: string): Record<string, string> | null {
  try {
    const json = readJsonFile(path);
    return json === null ? null : localSettings(path, json);
  } catch (error) {
    throw new NoSettings(error instanceof Error ? error.message : String(error));
  }
}

const KEY_VAULT_REFERENCE = /^@Microsoft\.KeyVault\((.+)\)$/i;

async function settingsOfApp(name: string, group: string, az: RunAz): Promise<Record<string, string>> {
  const text = await az(['functionapp', 'config', 'appsettings', 'list', '--name', name, '--resource-group', group]);
  const listed = JSON.parse(text) as { name: string; value: string }[];
  const entries = listed.map(async ({ name: setting, value }): Promise<[string, string]> => {
    const reference = KEY_VAULT_REFERENCE.exec(value)?.[1];
    return [setting, reference === undefined ? value : await secretOf(reference, az)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Both forms: `SecretUri=…`, and `VaultName=…;SecretName=…[;SecretVersion=…]`. */
async function secretOf(reference: string, az: RunAz): Promise<string> {
  const parts = new Map(
    reference.split(';').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
  const uri = parts.get('secreturi')?.replace(/\/$/, '');
  // They become arguments of a command.
  const isPlain = [...parts.values()].every((value) => /^[\w:/.-]*$/.test(value));
  if (!isPlain) throw new NoSettings(`The Key Vault reference "${reference}" cannot be read.`);
  const version = parts.get('secretversion');
  const which =
    uri === undefined
      ? [
          '--vault-name',
          parts.get('vaultname') ?? '',
          '--name',
          parts.get('secretname') ?? '',
          ...(version === undefined ? [] : ['--version', version]),
        ]
      : ['--id', uri];
  return JSON.parse(await az(['keyvault', 'secret', 'show', ...which, '--query', 'value'])) as string;
}

async function runAz(args: readonly string[]): Promise<string> {
  try {
    // On Windows it is a script, which only a shell runs; no argument here is anything but a name.
    const options = { shell: process.platform === 'win32', maxBuffer: 16 * 1024 * 1024 };
    return (await promisify(execFile)('az', [...args, '--output', 'json'], options)).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') {
      throw new NoSettings(
        '--app asks the Azure CLI, and az is not installed: https://aka.ms/azure-cli. Or give --settings FILE.',
      );
    }
    const [group = '', verb = ''] = args;
    throw new NoSettings(
      `az ${group} ${verb} failed: ${(stderr ?? String(error)).trim()}\nSee that az login was done, for the right subscription.`,
    );
  }
}
