// Reads Bicep into what the checks ask about: parameters, variables, resources, modules, outputs, and where each is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireTool } from './tools.mjs';

/** A parser for Bicep; made once, since loading its grammar takes a while. */
export async function createBicepParser() {
  const { Parser, Language } = await import(pathToFileURL(requireTool.resolve('web-tree-sitter')).href);
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(requireTool.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));
  return parser;
}

/** Parses one file. `problems` are its syntax errors; everything else is left empty where there are any. */
export function readBicep(parser, root, path) {
  const tree = parser.parse(readFileSync(join(root, path), 'utf8')).rootNode;
  const file = { path, tree, params: new Map(), vars: new Map(), resources: [], modules: [], outputs: new Map() };
  if (tree.hasError) return { ...file, problems: syntaxErrors(tree).map((node) => at(path, node, describe(node))) };
  let decorators = [];
  for (const node of tree.namedChildren) {
    if (node.type === 'decorators') {
      decorators = [...decorators, ...node.namedChildren];
      continue;
    }
    readStatement(file, node);
    decorators = [];
  }
  return { ...file, problems: [] };
}

function readStatement(file, node) {
  const [first, second, third] = node.namedChildren;
  if (node.type === 'parameter_declaration') {
    file.params.set(first.text, {
      node,
      type: second.text,
      isRequired: third === undefined && !second.text.endsWith('?'),
    });
  } else if (node.type === 'variable_declaration') {
    file.vars.set(first.text, second);
  } else if (node.type === 'output_declaration') {
    file.outputs.set(first.text, node);
  } else if (node.type === 'resource_declaration') {
    const isExisting = node.children.some((child) => child.type === 'existing' || child.text === 'existing');
    file.resources.push({ node, symbol: first.text, type: literal(second), isExisting, body: bodyOf(third) });
  } else if (node.type === 'module_declaration') {
    file.modules.push({ node, symbol: first.text, path: literal(second), body: bodyOf(third) });
  }
}

/** The object itself, where it is inside a condition or a loop. */
export function bodyOf(node) {
  if (node === undefined || node === null || node.type === 'object') return node ?? null;
  if (node.type === 'if_statement' || node.type === 'for_statement') return bodyOf(node.namedChildren.at(-1));
  return null;
}

/** The text of a string without interpolation, else null. */
export function literal(node) {
  if (node?.type !== 'string') return null;
  if (node.namedChildren.some((child) => child.type === 'interpolation')) return null;
  return node.text.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** An object's members: their names, null where a name is made at deployment, and their values. */
export function membersOf(object) {
  return object.namedChildren
    .filter((child) => child.type === 'object_property')
    .map((node) => {
      const [key, value] = node.namedChildren;
      return { node, name: key.type === 'string' ? literal(key) : key.text, value };
    });
}

export function memberOf(object, name) {
  return membersOf(object).find((member) => member.name === name)?.value ?? null;
}

/** One problem, as `path:line: what`. */
export function at(path, node, message) {
  return `${path}:${node.startPosition.row + 1}: ${message}`;
}

function syntaxErrors(node) {
  if (node.isError || node.isMissing) return [node];
  return node.hasError ? node.children.flatMap(syntaxErrors) : [];
}

function describe(node) {
  return node.isMissing ? `${node.type} is missing` : `cannot be parsed: ${node.text.split('\n')[0].slice(0, 80)}`;
}
