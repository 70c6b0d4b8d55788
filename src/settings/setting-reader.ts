import type { SettingProblem } from '../core/facts/events.ts';
import type { Setting, ValuesOf } from './setting.ts';

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
  readonly env: Environment;

  constructor(env: Environment) {
    this.env = env;
  }

  /** Whether it has a value. Blank counts as none, save where the host reads the setting too. */
  has(setting: Setting): boolean {
    return this.#text(setting) !== null;
  }

  /** Its value, else its default's; null where there is neither, or where the value is bad, which is then a problem. */
  optional<T>(setting: Setting<T>): T | null {
    const text = this.#text(setting) ?? setting.default;
    return text === null ? null : this.parse(setting, text);
  }

  /** Its value; null where that is bad or missing, which is then a problem. */
  required<T>(setting: Setting<T>): T | null {
    const text = this.#text(setting);
    if (text !== null) return this.parse(setting, text);
    this.report(setting, 'is not set.');
    return null;
  }

  /** The values of a table of settings that need not be there; null where one of them is bad. */
  all<Table extends Readonly<Record<string, Setting>>>(table: Table): ValuesOf<Table> | null {
    const before = this.problems.length;
    const values = Object.entries(table).map(([key, setting]) => [key, this.optional(setting)] as const);
    // Without a problem, each is what its schema made of its text, or null where there was no text: what the type says.
    return this.problems.length === before ? (Object.fromEntries(values) as ValuesOf<Table>) : null;
  }

  /** Adds a problem; what was expected is what the table of settings says unless it is told otherwise. */
  report({ name, expected }: Setting, message: string, otherwise: string = expected): void {
    this.problems.push({ setting: name, message, expected: otherwise });
  }

  /** What a text means as the value of a setting; null where it is bad, which is then a problem. */
  parse<T>(setting: Setting<T>, text: string): T | null {
    if (KEY_VAULT_REFERENCE.test(text)) {
      this.report(setting, 'is a Key Vault reference that was not resolved.', KEY_VAULT_HELP);
      return null;
    }
    const result = setting.schema.safeParse(text);
    if (result.success) return result.data;
    this.report(setting, result.error.issues.map(({ message }) => message).join(' '));
    return null;
  }

  /** Null where it is not there. */
  #text({ name, isReadByHost = false }: Setting): string | null {
    const text = this.env[name] ?? null;
    return isReadByHost ? text : text?.trim() || null;
  }
}
