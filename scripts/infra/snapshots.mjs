// What a deployment would make for each set of options, as text that is kept and reviewed: test/infra/options. The
// compiler works it out without a subscription. The defaults are told in full, each other set by how it differs.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBSCRIPTION } from './compiler.mjs';

const FOLDER = 'test/infra/options';
const DEFAULTS = 'defaults';
const UPDATE = 'npm run check:infra -- --update';
const LINES_TOLD = 30;

/**
 * Compares the kept text of each set of options with what the template makes now, or writes it anew.
 *
 * @param compiler as `startCompiler` gives it
 * @param {string} root the project's folder
 * @param {{ update: boolean }} options whether to write instead of comparing
 * @returns {Promise<{ problems: string[], count: number }>}
 */
export async function checkSnapshots(compiler, root, { update }) {
  if (!existsSync(join(root, FOLDER, `${DEFAULTS}.bicepparam`))) {
    return { problems: [`${FOLDER}/${DEFAULTS}.bicepparam:1: is missing`], count: 0 };
  }
  const files = readdirSync(join(root, FOLDER)).sort();
  const names = files
    .filter((file) => file.endsWith('.bicepparam'))
    .map((file) => file.slice(0, -'.bicepparam'.length));
  const queries = readQueries(root);
  const problems = [];
  const read = async (name) => {
    const snapshot = await compiler.snapshot(join(root, FOLDER, `${name}.bicepparam`));
    problems.push(...snapshot.diagnostics.map((text) => `${FOLDER}/${name}.bicepparam:1: ${text}`));
    return linesOf(snapshot, queries);
  };
  const made = new Map(await Promise.all(names.map(async (name) => [name, await read(name)])));
  const defaults = made.get(DEFAULTS);
  for (const [name, resources] of made) {
    const text = name === DEFAULTS ? inFull(defaults) : difference(defaults, resources);
    const path = `${FOLDER}/${name}.txt`;
    if (update) writeFileSync(join(root, path), text);
    else problems.push(...compare(root, path, text));
  }
  for (const file of files.filter((name) => name.endsWith('.txt') && !names.includes(name.slice(0, -'.txt'.length)))) {
    if (update) rmSync(join(root, FOLDER, file));
    else problems.push(`${FOLDER}/${file}:1: there are no such options any more; delete it, or run \`${UPDATE}\``);
  }
  return { problems, count: names.length };
}

/** The text of each query to where it is: they are long, and reviewed in their own files. */
function readQueries(root) {
  const folder = join(root, 'infra', 'queries');
  return new Map(
    readdirSync(folder).map((name) => [readFileSync(join(folder, name), 'utf8'), `infra/queries/${name}`]),
  );
}

/** @returns {Map<string, Map<string, string>>} each resource's id, and the outputs, to path and value */
function linesOf({ predictedResources, outputs }, queries) {
  const group = predictedResources.find(({ type }) => type === 'Microsoft.Resources/resourceGroups')?.id;
  const shorten = (text) => text.replaceAll(`${group}/providers`, '{group}').replaceAll(SUBSCRIPTION, '{subscription}');
  const told = predictedResources.map(({ id, type: _type, name: _name, ...body }) => [shorten(id), body]);
  // The compiler tells outputs in another order each time.
  told.push(['outputs', Object.fromEntries(Object.entries(outputs ?? {}).sort())]);
  return new Map(
    told.map(([heading, body]) => [heading, new Map(flatten(body, '', queries, shorten))]).sort(byHeading),
  );
}

function byHeading([one], [other]) {
  return one < other ? -1 : 1;
}

/** Every value that is no object and no array, by its path; an item with a name has that for its place in the path. */
function flatten(value, path, queries, shorten) {
  if (typeof value === 'string') return [[path, tellText(value, queries, shorten)]];
  if (value === null || typeof value !== 'object') return [[path, JSON.stringify(value)]];
  const isList = Array.isArray(value);
  const members = isList ? value.map(place) : Object.entries(value);
  if (members.length === 0) return [[path, isList ? '[]' : '{}']];
  return members.flatMap(([key, item]) => {
    const step = isList ? `[${key}]` : `${path === '' ? '' : '.'}${shorten(key)}`;
    return flatten(item, `${path}${step}`, queries, shorten);
  });
}

/** The place of an item in its list: its name, which then need not be told again, else its number. */
function place(item, index) {
  if (typeof item?.name !== 'string') return [index, item];
  const { name, ...rest } = item;
  return [name, rest];
}

function tellText(text, queries, shorten) {
  if (queries.has(text)) return `<${queries.get(text)}>`;
  let told = shorten(text);
  for (const [query, path] of queries) told = told.replaceAll(JSON.stringify(query).slice(1, -1), `<${path}>`);
  return JSON.stringify(told);
}

function inFull(resources) {
  return [...resources].map(([heading, lines]) => section(heading, tellLines(lines, '  '))).join('\n');
}

/** How one set of options differs from the defaults. */
function difference(defaults, resources) {
  const gone = [...defaults].filter(([heading]) => !resources.has(heading));
  const sections = [...resources].map(([heading, lines]) => {
    const before = defaults.get(heading);
    if (before === undefined) return section(`+ ${heading}`, tellLines(lines, '+   '));
    const changes = [...tellLines(without(before, lines), '-   '), ...tellLines(without(lines, before), '+   ')];
    return changes.length === 0 ? '' : section(`  ${heading}`, changes);
  });
  const text = [...gone.map(([heading]) => section(`- ${heading}`, [])), ...sections].filter((part) => part !== '');
  return text.length === 0 ? 'No difference from the defaults.\n' : text.join('\n');
}

function without(lines, others) {
  return new Map([...lines].filter(([path, value]) => others.get(path) !== value));
}

function tellLines(lines, indent) {
  return [...lines].map(([path, value]) => `${indent}${path}: ${value}`);
}

function section(heading, lines) {
  return [heading, ...lines, ''].join('\n');
}

function compare(root, path, text) {
  if (!existsSync(join(root, path))) return [`${path}:1: is missing; \`${UPDATE}\` writes it`];
  const kept = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
  if (kept === text) return [];
  const before = kept.split('\n');
  const now = text.split('\n');
  const changes = [
    ...before.filter((line) => !now.includes(line)).map((line) => `  kept  ${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `  now   ${line}`),
  ];
  const told = changes.length === 0 ? ['  the same lines in another order'] : changes.slice(0, LINES_TOLD);
  if (changes.length > LINES_TOLD) told.push(`  … and ${changes.length - LINES_TOLD} more`);
  const line = before.findIndex((text, index) => text !== now[index]) + 1;
  const advice = `If that is meant, \`${UPDATE}\` writes it anew, and \`git diff\` shows it for review.`;
  return [[`${path}:${line}: the template makes something else now. ${advice}`, ...told].join('\n')];
}
