import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoSettings, settingsFrom } from '../../src/cli/settings-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'cvr-settings-'));
const file = join(folder, 'settings.json');
writeFileSync(file, '{ "IsEncrypted": false, // as the tools write it\n "Values": { "A": "file", "N": 3 } }');

const noAz = () => Promise.reject(new NoSettings('az is not installed'));

test('a file that is named goes before the environment', async () => {
  expect(await settingsFrom({ settings: file }, { A: 'environment', B: 'b' }, noAz)).toEqual({
    A: 'file',
    B: 'b',
    N: '3',
  });
});

test('without one the environment is what counts', async () => {
  expect(await settingsFrom({}, { A: 'environment' }, noAz)).toMatchObject({ A: 'environment' });
});

test('those of a deployed app come from az, with the secrets that they refer to', async () => {
  const asked: string[] = [];
  const az = (args: readonly string[]): Promise<string> => {
    asked.push(args.join(' '));
    if (args[0] === 'keyvault') return Promise.resolve('"the secret"');
    const values = [
      { name: 'A', value: 'plain' },
      { name: 'B', value: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/b/)' },
      { name: 'C', value: '@Microsoft.KeyVault(VaultName=v;SecretName=c;SecretVersion=1)' },
    ];
    return Promise.resolve(JSON.stringify(values));
  };
  const found = await settingsFrom({ app: 'app', resourceGroup: 'group' }, {}, az);
  expect(found).toEqual({ A: 'plain', B: 'the secret', C: 'the secret' });
  expect(asked).toEqual([
    'functionapp config appsettings list --name app --resource-group group',
    'keyvault secret show --id https://v.vault.azure.net/secrets/b --query value',
    'keyvault secret show --vault-name v --name c --version 1 --query value',
  ]);
});

test.each([
  ['a file that is not there', { settings: join(folder, 'none.json') }, /There is no file/],
  ['an app without its group', { app: 'app' }, /--resource-group/],
  ['an app and a file', { app: 'app', resourceGroup: 'g', settings: file }, /not both/],
])('%s is refused', async (_what, options, message) => {
  await expect(settingsFrom(options, {}, noAz)).rejects.toThrow(message);
});

test('a reference that could be more than an argument is refused', async () => {
  const value = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/b&calc)';
  const az = () => Promise.resolve(JSON.stringify([{ name: 'A', value }]));
  await expect(settingsFrom({ app: 'a', resourceGroup: 'g' }, {}, az)).rejects.toThrow('cannot be read');
});
