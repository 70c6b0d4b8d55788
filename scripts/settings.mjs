// Writes what is told of the settings outside the code from their table in src/settings/settings.ts: the two tables of
// docs/settings.md, and local.settings.sample.json.
//
//   node scripts/settings.mjs [--check] [FOLDER]
//
// FOLDER holds the two files; without it, they are this project's. With --check nothing is written: it names each file
// that is not what it would write, and ends with 1 where there is one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SETTINGS } from '../src/settings/settings.ts';

const PAGE = join('docs', 'settings.md');
const SAMPLE = 'local.settings.sample.json';

/** What the Functions host reads itself: its value on a development machine, and what it is for. */
const HOST_SETTINGS = {
  AzureWebJobsStorage: [
    'UseDevelopmentStorage=true',
    "The Functions host's own storage, for the timer's state and its locks.",
  ],
  FUNCTIONS_WORKER_RUNTIME: ['node', 'Always node.'],
};
/** Values on a development machine that are not the default. */
const LOCAL_VALUES = { REPLICATOR_STORAGE: 'UseDevelopmentStorage=true' };

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const root = positionals[0] ?? fileURLToPath(new URL('..', import.meta.url));

const page = readFileSync(join(root, PAGE), 'utf8');
const stale = Object.entries({ [PAGE]: withTables(page), [SAMPLE]: sampleText() }).filter(
  ([path, text]) => readFileSync(join(root, path), 'utf8') !== text,
);
for (const [path, text] of stale) {
  if (!values.check) writeFileSync(join(root, path), text);
  process.stdout.write(values.check ? `${path} is not what the table says: npm run settings\n` : `${path} written\n`);
}
process.exitCode = values.check && stale.length > 0 ? 1 : 0;

function withTables(text) {
  const meanings = SETTINGS.map(({ name, required, default: value, meaning }) => [
    `\`${name}\``,
    required,
    value === null ? '–' : `\`${value}\``,
    meaning,
  ]);
  const formats = SETTINGS.map(({ name, expected, example }) => [`\`${name}\``, expected, `\`${example}\``]);
  const told = replaceRows(text, '| setting | required | default | meaning |', meanings);
  return replaceRows(told, '| setting | expected | example |', formats);
}

/** Puts other rows under a table's header and the line below it. */
function replaceRows(text, header, rows) {
  const lines = text.split('\n');
  const first = lines.indexOf(header) + 2;
  if (first < 2) throw new Error(`${PAGE} has no table with the header ${header}`);
  const count = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  return lines.toSpliced(first, count, ...rows.map((cells) => `| ${cells.join(' | ')} |`)).join('\n');
}

/** The identity forms of the two accounts are left out: on a development machine there is no managed identity. */
function sampleText() {
  const settings = SETTINGS.filter(({ name }) => !name.includes('__'));
  const host = Object.entries(HOST_SETTINGS);
  const explanations = [
    ...host.map(([name, [, meaning]]) => [name, meaning]),
    ...settings.map(({ name, meaning, expected }) => [name, `${meaning.replaceAll('`', '')} Expected: ${expected}.`]),
  ];
  const localValues = [
    ...host.map(([name, [value]]) => [name, value]),
    ...settings.map(({ name, default: value }) => [name, LOCAL_VALUES[name] ?? value ?? '']),
  ];
  const sample = {
    IsEncrypted: false,
    Explanations: Object.fromEntries(explanations),
    Values: Object.fromEntries(localValues),
  };
  return `${JSON.stringify(sample, null, 2)}\n`;
}
