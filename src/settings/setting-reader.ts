import type { z } from 'zod';
import type { SettingProblem } from '../core/facts/events.ts';
import { SETTINGS, type Setting } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const KEY_VAULT_REFERENCE = /^@Microsoft\.KeyVault\(/i;
const KEY_VAULT_HELP =
  'the value of the secret. In Azure: give the identity of the app the role Key Vault Secrets User on the vault, check ' +
  "that the secret exists and is enabled and that the vault's network rules let the app in, and, for a user-assigned " +
  'identity, that the property keyVaultReferenceIdentity of the app names it. On a development machine nothing resolves ' +
  'references: put the value itself there';

/**
 * Reads settings one by one and gathers what is wrong with them, so that all of it can be told at once. Problems never
 * quote a value that could be a secret.
 */
export class SettingReader {
  readonly problems: SettingProblem[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Whether it has a value; blank counts as none. */
  has(name: string): boolean {
    return this.#text(name) !== '';
  }

  /** Its value, else its default's; null where there is neither, or where the value is bad, which is then a problem. */
  optional<T>(name: string, schema: z.ZodType<T, string>): T | null {
    const text = this.#text(name) || (settingOf(name).default ?? '');
    return text === '' ? null : this.#parse(name, text, schema);
  }

  /** Its value; null where that is bad or missing, which is then a problem. */
  required<T>(name: string, schema: z.ZodType<T, string>): T | null {
    const text = this.#text(name);
    if (text !== '') return this.#parse(name, text, schema);
    this.report(name, 'is not set.');
    return null;
  }

  /** Adds a problem; what was expected is what the table of settings says unless it is told otherwise. */
  report(setting: string, message: string, expected: string = settingOf(setting).expected): void {
    this.problems.push({ setting, message, expected });
  }

  #text(name: string): string {
    return this.#env[name]?.trim() ?? '';
  }

  #parse<T>(name: string, text: string, schema: z.ZodType<T, string>): T | null {
    if (KEY_VAULT_REFERENCE.test(text)) {
      this.report(name, 'is a Key Vault reference that was not resolved.', KEY_VAULT_HELP);
      return null;
    }
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    this.report(name, result.error.issues.map(({ message }) => message).join(' '));
    return null;
  }
}

const SETTINGS_BY_NAME: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.name, setting]));

function settingOf(name: string): Setting {
  const setting = SETTINGS_BY_NAME.get(name);
  if (setting === undefined) throw new Error(`The setting ${name} is not in the table of settings.`);
  return setting;
}

/** The longest text that is quoted in a problem: shorter than any key. */
const MAX_QUOTED_IN_CHARACTERS = 24;

/** A part of a value for a message; what is long enough to be a key pasted into the wrong setting is not quoted. */
export function quote(text: string): string {
  return text.length <= MAX_QUOTED_IN_CHARACTERS ? `'${text}'` : `a text of ${text.length} characters`;
}
