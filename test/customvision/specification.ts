import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body' | 'header' | 'formData';
  readonly required?: boolean;
  readonly type?: string;
  readonly collectionFormat?: string;
  readonly schema?: object;
}

interface SpecifiedOperation {
  readonly parameters: readonly Parameter[];
  readonly responses: Record<string, { readonly schema?: object }>;
}

interface SwaggerDocument {
  readonly basePath: string;
  readonly paths: Record<string, Record<string, SpecifiedOperation>>;
  readonly definitions: Record<string, { properties?: Record<string, { readOnly?: boolean; $ref?: string }> }>;
}

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

/** A schema of Swagger 2.0 as JSON Schema: what may be null says so in its own way there. */
function toJsonSchema(swagger: unknown): unknown {
  if (Array.isArray(swagger)) return swagger.map(toJsonSchema);
  if (typeof swagger !== 'object' || swagger === null) return swagger;
  // A parameter is its own schema, and `required` says of it that it must be there.
  const { 'x-nullable': nullable, required, ...members } = swagger as Record<string, unknown>;
  const kept = Array.isArray(required) ? { ...members, required } : members;
  const schema = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, toJsonSchema(value)]));
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

/** What the text of a query or path parameter stands for; a text that stands for nothing stays one. */
function typedValue(type: string | undefined, text: string): unknown {
  if (type === 'array') return text.split(',');
  if (type === 'integer') return text === '' ? text : Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** One version of the service's specification, and whether requests and answers keep to it. */
export class Specification {
  readonly #document: SwaggerDocument;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });

  constructor(file: string) {
    this.#document = JSON.parse(readFileSync(file, 'utf8')) as SwaggerDocument;
    formats.default(this.#ajv);
  }

  /** Every way in which a request departs from the specification, in words. */
  problemsOf(request: Request): string[] {
    const url = new URL(request.target, 'http://localhost');
    const found = this.#find(request.method, url.pathname);
    if (found === null) return [`there is no ${request.method} ${url.pathname}`];
    const { operation, pathValues } = found;
    const query = operation.parameters.filter((parameter) => parameter.in === 'query');
    const unknown = [...url.searchParams.keys()].filter((name) => !query.some((parameter) => parameter.name === name));
    return [
      ...unknown.map((name) => `the query parameter ${name} is not known`),
      ...query.flatMap((parameter) => this.#problemsOfValue(parameter, url.searchParams.getAll(parameter.name))),
      ...operation.parameters
        .filter((parameter) => parameter.in === 'path')
        .flatMap((parameter) => this.#problemsOfValue(parameter, [pathValues[parameter.name]!])),
      ...this.#problemsOfBody(operation, request.body),
    ];
  }

  /** The same for the answer to a request. */
  problemsOfAnswer(request: Request, status: string, body: unknown): string[] {
    const found = this.#find(request.method, new URL(request.target, 'http://localhost').pathname);
    const response = found?.operation.responses[status];
    if (response === undefined) return [`there is no answer ${status}`];
    return response.schema === undefined ? [] : this.#problemsOfSchema(response.schema, body);
  }

  #find(method: string, path: string): { operation: SpecifiedOperation; pathValues: Record<string, string> } | null {
    const { basePath, paths } = this.#document;
    const templates = Object.keys(paths).sort((one, other) => one.split('{').length - other.split('{').length);
    for (const template of templates) {
      const pattern = `${basePath}${template}`.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
      const match = new RegExp(`^${pattern}$`).exec(path);
      const operation = paths[template]?.[method.toLowerCase()];
      if (match !== null && operation !== undefined) return { operation, pathValues: { ...match.groups } };
    }
    return null;
  }

  #problemsOfValue(parameter: Parameter, values: readonly string[]): string[] {
    if (values.length === 0) return parameter.required === true ? [`${parameter.name} is missing`] : [];
    if (values.length > 1) return [`${parameter.name} is given more than once`];
    return this.#problemsOfSchema(parameter, typedValue(parameter.type, values[0]!)).map(
      (problem) => `${parameter.name}: ${problem}`,
    );
  }

  #problemsOfBody(operation: SpecifiedOperation, body: string): string[] {
    const parameter = operation.parameters.find((candidate) => candidate.in === 'body');
    if (parameter?.schema === undefined) return body === '' ? [] : ['there is a body, and none is expected'];
    if (body === '') return parameter.required === true ? ['the body is missing'] : [];
    const value = JSON.parse(body) as unknown;
    return [...this.#problemsOfSchema(parameter.schema, value), ...this.#forbidden(parameter.schema, value, 'body')];
  }

  /** Members that only the service may set, or that it does not know. */
  #forbidden(schema: { $ref?: string }, value: unknown, at: string): string[] {
    const properties = this.#document.definitions[schema.$ref?.split('/').at(-1) ?? '']?.properties;
    if (properties === undefined || typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, member]) => {
      const property = properties[name];
      if (property === undefined) return [`${at}.${name} is not known`];
      if (property.readOnly === true) return [`${at}.${name} is read-only`];
      return this.#forbidden(property, member, `${at}.${name}`);
    });
  }

  #problemsOfSchema(schema: object, value: unknown): string[] {
    const definitions = toJsonSchema(this.#document.definitions);
    const validate: ValidateFunction = this.#ajv.compile({ ...(toJsonSchema(schema) as object), definitions });
    validate(value);
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? error.keyword}`);
  }
}

/** The public example of an operation's good answer. */
export function exampleAnswer(folder: string, operation: string): { status: string; body: unknown } {
  const example = JSON.parse(readFileSync(join(folder, `${operation}.json`), 'utf8')) as {
    responses: Record<string, { body?: unknown }>;
  };
  const [status, answer] = Object.entries(example.responses)[0]!;
  return { status, body: answer.body };
}
