// Holds names in Bicep together: whatever is used is declared, whatever a module is given it takes, and the reverse.
import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { at, memberOf, membersOf } from './bicep.mjs';

const FUNCTIONS = new Set(
  `any array base64 bool coalesce concat contains deployer dataUri empty endsWith environment extensionResourceId
  filter first flatten format guid indexOf int intersection items join json last length loadFileAsBase64
  loadJsonContent loadTextContent loadYamlContent managementGroup map max min newGuid objectKeys padLeft parseCidr
  pickZones range reduce reference replace resourceGroup resourceId skip sort split startsWith string subscription
  subscriptionResourceId substring take tenant tenantResourceId toLower toObject toUpper trim union uniqueString uri
  uriComponent utcNow allowed batchSize description maxLength maxValue metadata minLength minValue secure sealed
  discriminator export`.match(/\w+/g),
);
const NAMESPACES = new Set(['az', 'sys']);
const MODULE_MEMBERS = ['name', 'scope', 'params', 'dependsOn'];

/** @param {Map<string, object>} files every Bicep file, by its path */
export function checkSymbols(root, file, files) {
  const uses = usesOf(file.tree);
  const used = new Set(uses.map(({ text }) => text));
  return [
    ...checkUses(file, files, uses),
    ...file.modules.flatMap((module) => checkModule(file, module, files)),
    ...loadedFiles(file).flatMap(({ node, path }) =>
      existsSync(join(root, path)) ? [] : [at(file.path, node, `there is no file ${path}`)],
    ),
    ...[...file.params.keys(), ...file.vars.keys()]
      .filter((name) => !used.has(name))
      .map((name) => at(file.path, file.params.get(name)?.node ?? file.vars.get(name), `${name} is not used`)),
  ];
}

/** The files that are loaded as text. */
export function loadedFiles(file) {
  return descendants(file.tree, 'call_expression')
    .filter((call) => call.childForFieldName('function')?.text === 'loadTextContent')
    .map((node) => {
      const given = node.childForFieldName('arguments').namedChildren[0].text.slice(1, -1);
      return { node, path: posix.join(dirname(file.path), given) };
    });
}

function checkUses(file, files, uses) {
  const modules = new Map(
    file.modules.map(({ symbol, path }) => [symbol, files.get(posix.join(dirname(file.path), path))]),
  );
  const declared = new Set([
    ...file.params.keys(),
    ...file.vars.keys(),
    ...file.resources.map(({ symbol }) => symbol),
    ...modules.keys(),
    ...descendants(file.tree, 'for_statement').flatMap(loopNames),
    ...descendants(file.tree, 'lambda_expression').flatMap((node) => node.text.split('=>')[0].match(/\w+/g) ?? []),
  ]);
  const problems = uses
    .filter((use) => {
      const isCalled = use.parent.type === 'call_expression' && use.parent.childForFieldName('function').equals(use);
      return isCalled ? !FUNCTIONS.has(use.text) : !declared.has(use.text) && !NAMESPACES.has(use.text);
    })
    .map((use) => at(file.path, use, `${use.text} is not declared`));
  for (const node of descendants(file.tree, 'member_expression')) {
    const [symbol, outputs, name] = node.text.split(/!?\.\??/);
    const target = outputs === 'outputs' ? modules.get(symbol) : undefined;
    if (target !== undefined && name !== undefined && !target.outputs.has(name)) {
      problems.push(at(file.path, node, `the module ${symbol} has no output ${name}`));
    }
  }
  return [...new Set(problems)];
}

function checkModule(file, { node, path, body }, files) {
  const target = files.get(posix.join(dirname(file.path), path ?? ''));
  if (target === undefined) return [at(file.path, node, `there is no module ${path}`)];
  const params = memberOf(body, 'params');
  const given = params === null ? [] : membersOf(params);
  const unknown = membersOf(body)
    .filter(({ name }) => !MODULE_MEMBERS.includes(name))
    .map((member) => at(file.path, member.node, `a module has no ${member.name}`));
  const extra = given
    .filter(({ name }) => !target.params.has(name))
    .map((member) => at(file.path, member.node, `${path} has no parameter ${member.name}`));
  const missing = [...target.params]
    .filter(([name, { isRequired }]) => isRequired && !given.some((member) => member.name === name))
    .map(([name]) => at(file.path, node, `${path} needs the parameter ${name}`));
  return [...unknown, ...extra, ...missing];
}

/** The names that stand for something: not the keys of objects, nor what follows a dot, nor what is being declared. */
function usesOf(tree) {
  return descendants(tree, 'identifier').filter((node) => {
    const { parent } = node;
    if (parent.type === 'object_property') return !parent.namedChildren[0].equals(node);
    if (parent.type === 'for_statement') return !parent.childForFieldName('initializer')?.equals(node);
    if (parent.type.endsWith('_declaration')) return !parent.namedChildren[0].equals(node);
    if (parent.type === 'member_expression') return parent.childForFieldName('object').equals(node);
    return !['for_loop_parameters', 'local_variable_block', 'parameters'].includes(parent.type);
  });
}

function loopNames(node) {
  return node.text.split(' in ')[0].match(/\w+/g)?.slice(1) ?? [];
}

export function descendants(node, type) {
  return node.descendantsOfType(type);
}
