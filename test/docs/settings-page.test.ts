import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/settings/parse-config.ts';
import { SETTINGS } from '../../src/settings/settings.ts';

/** The rows of the table under a header, each as its cells. */
function tableUnder(header: string): string[][] {
  const lines = readFileSync('docs/settings.md', 'utf8').split('\n');
  const rows = lines.slice(lines.indexOf(header) + 2);
  return rows
    .slice(
      0,
      rows.findIndex((row) => !row.startsWith('|')),
    )
    .map((row) => row.slice(2, -2).split(' | '));
}

interface LocalSettings {
  readonly IsEncrypted: boolean;
  readonly Explanations: Record<string, string>;
  readonly Values: Record<string, string>;
}

const sample = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as LocalSettings;

describe('docs/settings.md', () => {
  it('tells of every setting what the code knows', () => {
    expect(tableUnder('| setting | required | default | meaning |')).toEqual(
      SETTINGS.map(({ name, required, default: value, meaning }) => [
        `\`${name}\``,
        required,
        value === null ? '–' : `\`${value}\``,
        meaning,
      ]),
    );
  });

  it('shows of every setting what it looks like', () => {
    expect(tableUnder('| setting | expected | example |')).toEqual(
      SETTINGS.map(({ name, expected, example }) => [`\`${name}\``, expected, `\`${example}\``]),
    );
  });

  it('has examples that work', () => {
    const examples = SETTINGS.filter(({ example, name }) => !example.startsWith('@') && !name.includes('__'));
    expect(parseConfig(Object.fromEntries(examples.map(({ name, example }) => [name, example]))).problems).toEqual([]);
    const identity = SETTINGS.filter(({ name }) => name.includes('__') || name.endsWith('TRAINING_ENDPOINT'));
    const ofTwoWays: [RegExp, RegExp][] = [
      [/__(accountName|endpointSuffix)$/, /__managedIdentityResourceId$/],
      [/ServiceUri$/, /__clientId$/],
    ];
    for (const leftOut of ofTwoWays) {
      const used = identity.filter(({ name }) => !leftOut.some((names) => names.test(name)));
      expect(parseConfig(Object.fromEntries(used.map(({ name, example }) => [name, example]))).problems).toEqual([]);
    }
  });
});

describe('local.settings.sample.json', () => {
  const inSample = SETTINGS.filter(({ name }) => !name.includes('__'));

  it('has what the Functions tools read: texts, not encrypted', () => {
    expect(sample.IsEncrypted).toBe(false);
    expect(Object.values(sample.Values).every((value) => typeof value === 'string')).toBe(true);
    expect(sample.Values['FUNCTIONS_WORKER_RUNTIME']).toBe('node');
  });

  it('has every setting with its default, and explains each', () => {
    const host = ['AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'];
    expect(Object.keys(sample.Values)).toEqual([...host, ...inSample.map(({ name }) => name)]);
    expect(Object.keys(sample.Explanations)).toEqual(Object.keys(sample.Values));
    for (const { name, default: value, meaning, expected } of inSample) {
      if (name !== 'REPLICATOR_STORAGE') expect(sample.Values[name]).toBe(value ?? '');
      expect(sample.Explanations[name]).toBe(`${meaning.replaceAll('`', '')} Expected: ${expected}.`);
    }
  });

  it('works once the two training endpoints are filled in', () => {
    expect(parseConfig(sample.Values).problems.map(({ setting, message }) => `${setting} ${message}`)).toEqual([
      'PRIMARY_TRAINING_ENDPOINT is not set.',
      'SECONDARY_TRAINING_ENDPOINT is not set.',
    ]);
    const filledIn = {
      PRIMARY_TRAINING_ENDPOINT: 'https://north.cognitiveservices.azure.com',
      SECONDARY_TRAINING_ENDPOINT: 'https://west.cognitiveservices.azure.com',
    };
    expect(parseConfig({ ...sample.Values, ...filledIn }).config).not.toBeNull();
  });
});

describe('npm run settings', () => {
  const FILES = ['docs/settings.md', 'local.settings.sample.json'];
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/settings.mjs', ...args, folder], { encoding: 'utf8' });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes the page and the sample anew from the table, and leaves the rest of the page as it is', () => {
    for (const path of FILES) cpSync(path, join(folder, path), { recursive: true });
    expect(run('--check')).toMatchObject({ status: 0, stdout: '' });
    for (const path of FILES) {
      const text = readFileSync(path, 'utf8');
      const lines = text.split('\n').filter((line) => !line.includes('DRY_RUN'));
      expect(lines.length).toBeLessThan(text.split('\n').length);
      writeFileSync(join(folder, path), lines.join('\n').replaceAll('PT2H', 'PT9H'));
    }
    const checked = run('--check');
    expect(checked.status).toBe(1);
    for (const path of FILES) expect(checked.stdout).toContain(`${path} is not what the table says`);
    expect(run()).toMatchObject({ status: 0 });
    for (const path of FILES) expect(readFileSync(join(folder, path), 'utf8')).toBe(readFileSync(path, 'utf8'));
  });
});
