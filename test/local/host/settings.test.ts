import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConnection } from '../../../src/local/host/connections.ts';
import { readHostJson } from '../../../src/local/host/host-json.ts';
import { readLocalSettings, resolveSettings } from '../../../src/local/host/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-settings-'));
const file = join(folder, 'file.json');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('local.settings.json', () => {
  test('gives the values that the environment does not set', () => {
    writeFileSync(
      file,
      `{ // the tools allow comments\n "IsEncrypted": false, "Values": { "A": "http://a", "B": "b", "C": 3 } }`,
    );
    expect(readLocalSettings(file, { B: 'from the environment' })).toEqual({ A: 'http://a', C: '3' });
  });

  test('may be missing', () => {
    expect(readLocalSettings(join(folder, 'none.json'), {})).toEqual({});
  });

  test.each([
    ['{ "Values": { "A": ', 'is not valid JSON'],
    ['{ "IsEncrypted": true, "Values": {} }', 'IsEncrypted'],
    ['{ "Values": { "A": ["b"] } }', 'Values.A'],
    ['[]', 'expected object'],
  ])('is refused by name where it is %s', (text, message) => {
    writeFileSync(file, text);
    expect(() => readLocalSettings(file, {})).toThrow(message);
    expect(() => readLocalSettings(file, {})).toThrow(file);
  });
});

describe('%NAME%', () => {
  test('stands for a setting, anywhere in a text', () => {
    expect(resolveSettings('%A%-%B%-poison', { A: 'one', B: 'two' })).toBe('one-two-poison');
  });

  test('is an error where the setting is missing or empty', () => {
    expect(() => resolveSettings('%A%', { A: '' })).toThrow("'%A%' does not resolve to a value");
  });
});

describe('host.json', () => {
  test('that the app is deployed with is honoured', () => {
    expect(readHostJson(join(__dirname, '..', '..', '..', 'host.json'))).toEqual({
      functionTimeoutInSeconds: 600,
      routePrefix: 'api',
      queues: {
        batchSize: 4,
        newBatchThreshold: 2,
        maxDequeueCount: 5,
        retryDelayInSeconds: 30,
        maxPollingIntervalInMs: 2000,
        messageEncoding: 'none',
      },
    });
  });

  test('has the defaults of the real host', () => {
    writeFileSync(file, '{ "version": "2.0" }');
    const { queues, ...others } = readHostJson(file);
    expect(others).toEqual({ functionTimeoutInSeconds: 1800, routePrefix: 'api' });
    expect(queues).toMatchObject({
      batchSize: 16,
      maxDequeueCount: 5,
      retryDelayInSeconds: 0,
      maxPollingIntervalInMs: 60_000,
      messageEncoding: 'base64',
    });
  });

  test('may lift the limit on how long a function runs', () => {
    writeFileSync(file, '{ "version": "2.0", "functionTimeout": "-1" }');
    expect(readHostJson(file).functionTimeoutInSeconds).toBeNull();
  });

  test.each([
    ['{}', 'version'],
    ['{ "version": "2.0", "functionTimeout": "ten minutes" }', 'expected hh:mm:ss'],
    ['{ "version": "2.0", "extensions": { "queues": { "batchSize": 33 } } }', 'batchSize'],
    ['{ "version": "2.0", "extensions": { "queues": { "messageEncoding": "utf8" } } }', 'messageEncoding'],
  ])('is refused where it is %s', (text, message) => {
    writeFileSync(file, text);
    expect(() => readHostJson(file)).toThrow(message);
  });
});

describe('a connection', () => {
  const uris = { X__blobServiceUri: 'https://b.example.com', X__queueServiceUri: 'https://q.example.com' };

  test.each([
    ['a connection string', { X: 'UseDevelopmentStorage=true' }, { connectionString: 'UseDevelopmentStorage=true' }],
    [
      'the prefixed setting before the plain one',
      { AzureWebJobsX: 'UseDevelopmentStorage=true', X: 'b' },
      { connectionString: 'UseDevelopmentStorage=true' },
    ],
    ['service URIs', uris, { kind: 'identity', queueServiceUri: 'https://q.example.com', credential: null }],
    ['an account name', { X__accountName: 'acc' }, { queueServiceUri: 'https://acc.queue.core.windows.net' }],
    [
      'a managed identity',
      { ...uris, X__credential: 'managedidentity', X__clientId: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
      { credential: 'managedidentity', clientId: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
    ],
  ])('can be %s', (_, settings, expected) => {
    expect(findConnection('X', settings)).toMatchObject(expected);
  });

  test('is null where no setting makes one', () => {
    expect(findConnection('X', { X: '', Y: 'UseDevelopmentStorage=true' })).toBeNull();
  });

  test('is refused, with what to write, where it is bad', () => {
    expect(() => findConnection('X', { X: ' UseDevelopmentStorage=true' })).toThrow(/^X has blanks .* Expected: /);
  });
});
