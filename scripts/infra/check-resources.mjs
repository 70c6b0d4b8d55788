// Holds each resource against its type: members that it does not have, that it needs, and values of another kind.
import { at, bodyOf, literal, membersOf } from './bicep.mjs';
import { resourceType } from './types.mjs';

/** What Bicep itself reads on a resource, whatever its type. */
const BICEP_MEMBERS = ['parent', 'scope', 'dependsOn'];
const EXISTING_MEMBERS = ['name', 'parent', 'scope'];

/** @returns {Promise<string[]>} the problems of one file's resources */
export async function checkResources(file) {
  return (await Promise.all(file.resources.map((resource) => checkResource(file, resource)))).flat();
}

async function checkResource(file, { node, type, isExisting, body }) {
  const [name, apiVersion] = (type ?? '').split('@');
  const definition = await resourceType(name);
  if (definition === null) return [at(file.path, node, `no published type is known for ${name || 'this resource'}`)];
  if (apiVersion !== definition.apiVersion) {
    return [at(file.path, node, `${name} is checked for ${definition.apiVersion}, but declared for ${apiVersion}`)];
  }
  if (body === null) return [at(file.path, node, 'the resource has no body')];
  if (isExisting) {
    return membersOf(body)
      .filter((member) => !EXISTING_MEMBERS.includes(member.name))
      .map((member) => at(file.path, member.node, `an existing resource has no ${member.name}`));
  }
  return checkObject(body, definition.body, { file, definition, where: name, ignored: BICEP_MEMBERS });
}

function checkObject(object, shape, { file, definition, where, ignored = [] }) {
  const members = membersOf(object);
  const problems = [];
  for (const { node, name, value } of members) {
    if (name === null || ignored.includes(name)) continue;
    const property = shape.properties[name];
    const type = property?.type ?? shape.additional;
    if (type === null || type === undefined) problems.push(at(file.path, node, `${where} has no property ${name}`));
    else if (property?.isReadOnly) problems.push(at(file.path, node, `${where}.${name} can't be set`));
    else problems.push(...checkValue(value, type, { file, definition, where: `${where}.${name}` }));
  }
  const names = members.map(({ name }) => name);
  for (const [name, { isRequired, isReadOnly }] of Object.entries(shape.properties)) {
    if (isRequired && !isReadOnly && !names.includes(name)) {
      problems.push(at(file.path, object, `${where} lacks the property ${name}, which is required`));
    }
  }
  return problems;
}

/** A value against a type such as `string`, `Sku`, `Rule[]` or `Hot | Cool | string`. What is known later passes. */
function checkValue(value, type, context) {
  const { file, definition, where } = context;
  const alternatives = type.split(' | ');
  if (alternatives.includes('any')) return [];
  const wrong = (kind) => [at(file.path, value, `${where} is ${kind}, but has to be ${type}`)];
  switch (value.type) {
    case 'parenthesized_expression':
      return checkValue(value.namedChildren[0], type, context);
    case 'ternary_expression':
      return value.namedChildren.slice(1).flatMap((branch) => checkValue(branch, type, context));
    case 'object': {
      const shape = alternatives.map((name) => definition.types[name]).find((found) => found !== undefined);
      return shape === undefined ? wrong('an object') : checkObject(value, shape, context);
    }
    case 'array': {
      const items = itemsOf(value);
      if (!type.endsWith('[]')) return wrong('an array');
      return items.flatMap((item) => checkValue(item, type.slice(0, -2), { ...context, where: `${where}[]` }));
    }
    case 'for_statement': {
      if (!type.endsWith('[]')) return wrong('an array');
      const body = bodyOf(value);
      return body === null ? [] : checkValue(body, type.slice(0, -2), { ...context, where: `${where}[]` });
    }
    case 'boolean':
      return alternatives.includes('bool') ? [] : wrong('true or false');
    case 'number':
      return alternatives.includes('int') ? [] : wrong('a number');
    case 'string':
      return checkText(value, alternatives, context) ?? wrong(value.text);
    case 'identifier':
      return checkSymbol(value, type, context, wrong);
    default:
      return [];
  }
}

export function itemsOf(array) {
  return array.namedChildren.filter((child) => child.type !== 'comment');
}

/** Empty where the text will do. An open-ended list of names is taken as complete: new names are rarer than typos. */
function checkText(value, alternatives, { definition }) {
  // In a union, what is no primitive is a value, even where an object type happens to have the same name.
  if (alternatives.length === 1 && alternatives[0] in definition.types) return null;
  const named = alternatives.filter((name) => !['string', 'int', 'bool'].includes(name) && !name.endsWith('[]'));
  const text = literal(value);
  if (named.length > 0 && text !== null) return named.includes(text) ? [] : null;
  return named.length > 0 || alternatives.includes('string') ? [] : null;
}

/** A name stands for its variable's value, or for whatever has its parameter's type. */
function checkSymbol(value, type, context, wrong) {
  const { file } = context;
  const variable = file.vars.get(value.text);
  if (variable !== undefined)
    return checkValue(variable, type, context).length === 0 ? [] : wrong(`the variable ${value.text}`);
  const parameter = file.params.get(value.text)?.type.replace('?', '');
  if (parameter === undefined) return [];
  const alternatives = type.split(' | ');
  const isText = alternatives.every(
    (name) => !['int', 'bool'].includes(name) && !(name in context.definition.types) && !name.endsWith('[]'),
  );
  const fits =
    { string: isText, int: alternatives.includes('int'), bool: alternatives.includes('bool') }[parameter] ?? true;
  return fits ? [] : wrong(`the parameter ${value.text}, which is of type ${parameter}`);
}
