import { isGuid } from './ids.ts';
import { badRequest, ServiceError } from './service-error.ts';
import type { Ending, StoredIteration, StoredProject } from './state.ts';
import type { Version } from './wire.ts';
import type { World } from './world.ts';
import { iterationOf, projectOf } from './world.ts';

/** What an operation works on: one request, its path taken apart, its parameters read with the service's refusals. */
export class ApiRequest {
  readonly world: World;
  readonly version: Version;
  readonly body: Buffer;
  readonly contentType: string;
  /** How what this begins in the background is to end. */
  readonly ending: Ending;
  readonly #params: Readonly<Record<string, string>>;
  readonly #query: Map<string, string[]>;

  constructor(given: {
    readonly world: World;
    readonly version: Version;
    readonly params: Readonly<Record<string, string>>;
    readonly query: URLSearchParams;
    readonly body: Buffer;
    readonly contentType: string;
    readonly ending: Ending;
  }) {
    this.world = given.world;
    this.version = given.version;
    this.body = given.body;
    this.contentType = given.contentType;
    this.ending = given.ending;
    this.#params = given.params;
    this.#query = new Map();
    for (const [name, value] of given.query) {
      const key = name.toLowerCase();
      this.#query.set(key, [...(this.#query.get(key) ?? []), value]);
    }
  }

  param(name: string): string {
    return this.#params[name] ?? '';
  }

  project(): StoredProject {
    return projectOf(this.world, this.param('projectId'));
  }

  iteration(): StoredIteration {
    return iterationOf(this.project(), this.param('iterationId'));
  }

  /** Names of query parameters are read in any case; an empty value is as good as none. */
  optional(name: string): string | undefined {
    const value = this.#query.get(name.toLowerCase())?.[0];
    return value === '' ? undefined : value;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw badRequest('BadRequestRequiredParamIsNull', `The parameter ${name} is missing.`);
    return value;
  }

  /** One of the given values, in any case; throws the refusal where it is something else. */
  choice<const V extends string>(name: string, values: readonly V[], code = 'BadRequest'): V | undefined {
    const given = this.optional(name);
    if (given === undefined) return undefined;
    const value = values.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
    if (value === undefined) throw badRequest(code, `${name} is "${given}". Expected one of: ${values.join(', ')}.`);
    return value;
  }

  flag(name: string): boolean {
    return this.choice(name, ['true', 'false']) === 'true';
  }

  integer(name: string, fallback: number): number {
    const given = this.optional(name);
    if (given === undefined) return fallback;
    if (!/^\d{1,9}$/.test(given)) throw badRequest('BadRequest', `${name} is "${given}". Expected a whole number.`);
    return Number(given);
  }

  /** A comma-separated list of ids, which may also come as a parameter given several times. */
  ids(name: string, atMost: number): string[] {
    const ids = (this.#query.get(name.toLowerCase()) ?? []).flatMap((value) => value.split(',')).filter(Boolean);
    if (ids.length > atMost) throw badRequest('BadRequestExceededBatchSize', `${name} holds more than ${atMost} ids.`);
    const wrong = ids.find((id) => !isGuid(id));
    if (wrong !== undefined) throw badRequest('BadRequestInvalidIds', `${name} holds "${wrong}", which is not an id.`);
    return ids.map((id) => id.toLowerCase());
  }

  /** The body as a JSON object; an empty one where there is no body. */
  json(): Record<string, unknown> {
    if (this.body.length === 0) return {};
    if (!/^(application|text)\/([a-z.+-]*\+)?json\b/i.test(this.contentType)) {
      throw new ServiceError(415, 'UnsupportedMediaType', 'Expected a body of application/json.');
    }
    const value = parseJson(this.body);
    if (!isRecord(value)) throw badRequest('BadRequest', 'Expected a body that is a JSON object.');
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('BadRequest', 'The body is not JSON.');
  }
}
