import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;

interface SpecifiedOperation {
  readonly pattern: RegExp;
  readonly method: string;
  readonly responses: ReadonlyMap<string, ValidateFunction | null>;
}

/**
 * An OpenAPI 2 document as something to hold answers against. Objects may have no members but those that it names,
 * null is refused where it does not say `x-nullable`, and statuses that it does not list are held against `default`.
 */
export class OpenApiSpec {
  /** The values of `CustomVisionError.code`. */
  readonly errorCodes: readonly string[];
  readonly #operations: readonly SpecifiedOperation[];

  constructor(file: string) {
    const spec = JSON.parse(readFileSync(file, 'utf8')) as Json;
    const definitions = convert(spec['definitions']) as Json;
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'spec', definitions });
    const compile = (schema: unknown): ValidateFunction | null =>
      schema === undefined ? null : ajv.compile(withAbsoluteRefs(convert(schema)) as Json);
    this.#operations = Object.entries(spec['paths'] as Record<string, Record<string, Json>>)
      // What is spelled out is tried before what has an id in its place, as `/projects/import` and `/projects/{id}`.
      .sort(([left], [right]) => left.split('{').length - right.split('{').length)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          method: method.toUpperCase(),
          pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
          responses: new Map(
            Object.entries(operation['responses'] as Record<string, Json>).map(([status, response]) => [
              status,
              compile(response['schema']),
            ]),
          ),
        })),
      );
    const error = definitions['CustomVisionError'] as { properties: { code: { enum: string[] } } };
    this.errorCodes = error.properties.code.enum;
  }

  /** What is wrong with an answer, a line each; `path` starts below `/training`. */
  problemsOf(answer: { method: string; path: string; status: number; text: string; mediaType: string }): string[] {
    const { method, path, status, text, mediaType } = answer;
    const where = `${method} ${path} ${status}`;
    const operation = this.#operations.find((one) => one.method === method && one.pattern.test(path));
    if (operation === undefined) return [`${where}: the specification has no such operation`];
    const validate = operation.responses.get(String(status)) ?? operation.responses.get('default');
    if (operation.responses.has(String(status)) && operation.responses.get(String(status)) === null) {
      return text === '' ? [] : [`${where}: expected an empty body`];
    }
    if (validate === null || validate === undefined) return [`${where}: neither the status nor a default is specified`];
    if (!mediaType.includes('json')) return validate.schema && isFile(validate) ? [] : [`${where}: is ${mediaType}`];
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map((error) => `${where}: ${error.instancePath} ${error.message ?? ''}`);
  }
}

function isFile(validate: ValidateFunction): boolean {
  return (validate.schema as Json)['x-file'] === true;
}

/** OpenAPI 2 to JSON Schema. */
function convert(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(convert);
  if (typeof schema !== 'object' || schema === null) return schema;
  const converted: Json = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!['x-nullable', 'readOnly', 'example', 'description', 'x-ms-enum'].includes(key) || isName(value)) {
      converted[key] = convert(value);
    }
  }
  if (converted['type'] === 'file') return { 'x-file': true };
  if (converted['type'] === 'object' && converted['additionalProperties'] === undefined) {
    converted['additionalProperties'] = false;
  }
  return (schema as Json)['x-nullable'] === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}

/** A member that is called `description` is a schema, not the description of one. */
function isName(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !('modelAsString' in value);
}

function withAbsoluteRefs(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"spec#/definitions/'));
}
