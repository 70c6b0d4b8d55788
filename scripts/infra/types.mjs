// What Azure's resource types look like: Bicep's own definitions, as @azure/mcp ships them, and two that it lacks.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireTool, toolsFolder } from './tools.mjs';

const run = promisify(execFile);
const ownTypes = JSON.parse(readFileSync(join(toolsFolder, 'resource-types.json'), 'utf8'));
const known = new Map();

/**
 * A resource type, or null where none of that name is known.
 *
 * @returns {Promise<{ apiVersion: string, body: TypeShape, types: Record<string, TypeShape> } | null>} where a TypeShape
 *   has `properties`, each `{ type, isRequired, isReadOnly }`, and `additional`, the type of members of any name, or null
 */
export function resourceType(name) {
  if (!known.has(name)) known.set(name, ownTypes[name] ? Promise.resolve(fromOwn(ownTypes[name])) : fromAzure(name));
  return known.get(name);
}

function fromOwn({ apiVersion, body, types }) {
  const shape = (members) => ({
    properties: Object.fromEntries(
      Object.entries(members).map(([name, type]) => [
        name.replace('*', ''),
        { type, isRequired: name.endsWith('*'), isReadOnly: false },
      ]),
    ),
    additional: members['any name'] ?? null,
  });
  return {
    apiVersion,
    body: shape(body),
    types: Object.fromEntries(Object.entries(types).map(([name, members]) => [name, shape(members)])),
  };
}

/** Asking takes a second for each type, so that the answers are kept beside the package that gave them. */
async function fromAzure(name) {
  const { version } = requireTool('@azure/mcp/package.json');
  const folder = join(toolsFolder, 'node_modules', '.cache', `azure-types-${version}`);
  const file = join(folder, `${name.replaceAll('/', '_')}.json`);
  if (!existsSync(file)) {
    const answer = await ask(name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify(answer));
  }
  const { BicepSchemaResult } = JSON.parse(readFileSync(file, 'utf8'));
  return BicepSchemaResult === undefined ? null : fromBicep(BicepSchemaResult);
}

/** Its answer, or an empty one for a type that it does not know: then it ends with an error, after log lines. */
async function ask(name) {
  const packageName = `@azure/mcp-${process.platform}-${process.arch}`;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const options = { env: { ...process.env, AZURE_MCP_COLLECT_TELEMETRY: 'false' }, maxBuffer: 64 * 1024 * 1024 };
  try {
    const program = join(requireTool.resolve(`${packageName}/package.json`), '..', 'dist', `azmcp${suffix}`);
    const { stdout } = await run(program, ['bicepschema', 'get', '--resource-type', name], options);
    return JSON.parse(stdout).results;
  } catch (error) {
    if (/Resource type .* not supported|not present in the dictionary/.test(error.stdout ?? '')) return {};
    throw new Error(`${packageName} could not be asked for the type ${name}: ${error.message}`, { cause: error });
  }
}

function fromBicep(definitions) {
  const resource = definitions.find(({ $type }) => $type === 'Resource');
  const types = definitions.filter(({ $type }) => $type === 'Object');
  return {
    apiVersion: resource.name.split('@')[1],
    body: shapeOf(resource.bodyType),
    types: Object.fromEntries(types.map((type) => [type.name, shapeOf(type)])),
  };
}

function shapeOf({ properties = [], additionalPropertiesType = null }) {
  const flags = (property) => property.flags ?? '';
  return {
    properties: Object.fromEntries(
      properties.map((property) => [
        property.name,
        {
          type: property.type,
          isRequired: flags(property).includes('Required'),
          isReadOnly: flags(property).includes('ReadOnly'),
        },
      ]),
    ),
    additional: additionalPropertiesType,
  };
}
