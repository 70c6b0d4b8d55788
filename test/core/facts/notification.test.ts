import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTrainingCompleted, parseNotification } from '../../../src/core/facts/notification.ts';
import { guid } from '../../support/builders.ts';

const PROJECT = guid(1);
const ITERATION = guid(2);
const training = { projectId: PROJECT, iterationId: ITERATION, trainingStatus: 'TrainingCompleted' };
const message = (type: string, content: unknown, key = 'Content') =>
  JSON.stringify({ version: '1.0', type, [key]: content });
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

const text = message('Training', training);
const understood = {
  understood: true,
  notification: { type: 'Training', projectId: PROJECT, iterationId: ITERATION, status: 'TrainingCompleted' },
};

describe('a notification is understood', () => {
  test.each([
    ['as plain JSON', text],
    ['in base64', base64(text)],
    ['in base64 that was wrapped', base64(text).replace(/.{40}/g, '$&\r\n')],
    ['with a byte order mark', `\uFEFF${text}`],
    ['in base64, with a byte order mark inside', base64(`\uFEFF${text}`)],
    ['with white space round it', `\r\n  ${text}\n`],
    ['spread over lines', JSON.stringify(JSON.parse(text), null, 2)],
    ['with `content` in lower case', message('Training', training, 'content')],
    ['with other capitals in its type', message('training', training)],
    [
      'with other capitals in its members',
      message('Training', { ProjectId: PROJECT, IterationID: ITERATION, TrainingStatus: 'TrainingCompleted' }),
    ],
    ['with members that are not known yet', message('Training', { ...training, region: 'westeurope', more: [{}] })],
    ['without a version', JSON.stringify({ type: 'Training', Content: training })],
  ])('%s', (_how, received) => {
    expect(parseNotification(received)).toEqual(understood);
  });

  test('as a test of the connection', () => {
    expect(parseNotification(message('ConnectionTest', { projectId: PROJECT }))).toEqual({
      understood: true,
      notification: { type: 'ConnectionTest', projectId: PROJECT },
    });
  });

  test.each([
    [
      'with the address of the package',
      { modelUri: 'https://account.blob.example/c/p.ONNX' },
      'https://account.blob.example/c/p.ONNX',
    ],
    ['with an empty address', { modelUri: '' }, ''],
    ['with no address', {}, ''],
    ['with an address of null', { modelUri: null }, ''],
  ])('as the end of an export, %s', (_what, address, modelUri) => {
    const content = { projectId: PROJECT, iterationId: ITERATION, exportStatus: 'ExportCompleted', ...address };
    expect(parseNotification(message('Export', content))).toEqual({
      understood: true,
      notification: { type: 'Export', projectId: PROJECT, iterationId: ITERATION, status: 'ExportCompleted', modelUri },
    });
  });
});

describe('a notification is rejected, with a reason,', () => {
  const without = (key: keyof typeof training) => message('Training', { ...training, [key]: undefined });
  const cases: readonly [what: string, text: string, reason: RegExp][] = [
    ['where it is empty', '', /JSON/],
    ['where it is neither JSON nor base64', 'hello there', /JSON/],
    ['where it is base64 of something else', base64('hello there'), /JSON/],
    ['where it is cut', text.slice(0, -5), /JSON/],
    [
      'where a value is not quoted, as in a sample of documentation',
      `{"version": "1.0", "type": "Export", "Content": {"projectId": "${PROJECT}", "modelUri": {uri}}}`,
      /JSON/,
    ],
    ['where it is base64 of a list', base64('[1]'), /shape/],
    ['where it is base64 of null', base64('null'), /shape/],
    ['where it has no type', JSON.stringify({ Content: training }), /type/],
    ['where its type is no text', JSON.stringify({ type: 7, Content: training }), /type/],
    ['where it has no content', JSON.stringify({ type: 'Training' }), /content/],
    ['where its content is text', message('Training', 'TrainingCompleted'), /content/],
    ['where its type is not known', message('Publish', training), /"Publish"/],
    ['where its type is a name that every object has', message('constructor', training), /"constructor"/],
    ['where it names no project', without('projectId'), /projectid/],
    ['where it names no iteration', without('iterationId'), /iterationid/],
    ['where it has no status', without('trainingStatus'), /trainingstatus/],
    ['where its project is no GUID', message('Training', { ...training, projectId: '../records' }), /projectid/],
    ['where its iteration is no GUID', message('Training', { ...training, iterationId: '1' }), /iterationid/],
    ['where its status is empty', message('Training', { ...training, trainingStatus: '' }), /trainingstatus/],
    ['where a test of the connection names no project', message('ConnectionTest', {}), /projectid/],
  ];

  test.each(cases)('%s', (_what, received, reason) => {
    const parsed = parseNotification(received);
    expect(parsed.understood).toBe(false);
    expect('reason' in parsed && parsed.reason).toMatch(reason);
  });

  test('that names every member that is wrong', () => {
    const parsed = parseNotification(message('Training', {}));
    expect(parsed).toMatchObject({
      reason: expect.stringMatching(/projectid.*iterationid.*trainingstatus/s) as string,
    });
  });

  test('that does not repeat the address of a package, which may be secret', () => {
    const modelUri = { href: 'https://account.blob.example/c/p?sig=abcdef' };
    const content = { projectId: PROJECT, iterationId: ITERATION, exportStatus: 'ExportCompleted', modelUri };
    expect(JSON.stringify(parseNotification(message('Export', content)))).not.toContain('abcdef');
  });

  test('that stays short where the text is long', () => {
    const parsed = parseNotification(message('x'.repeat(60_000), training));
    expect(JSON.stringify(parsed).length).toBeLessThan(300);
  });

  test('where it is nested as deep as a message can be', () => {
    const deep = 10_000;
    const nested = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`;
    expect(parseNotification(nested).understood).toBe(false);
  });
});

test.each([
  ['TrainingCompleted', true],
  ['trainingcompleted', true],
  ['TrainingFailed', false],
])('a training that ended as %s is completed: %p', (status, expected) => {
  const notification = { type: 'Training', projectId: PROJECT, iterationId: ITERATION, status } as const;
  expect(isTrainingCompleted(notification)).toBe(expected);
});

test('nothing but a training completes a training', () => {
  const status = 'TrainingCompleted';
  const exported = { type: 'Export', projectId: PROJECT, iterationId: ITERATION, status, modelUri: '' } as const;
  expect(isTrainingCompleted(exported)).toBe(false);
  expect(isTrainingCompleted({ type: 'ConnectionTest', projectId: PROJECT })).toBe(false);
});

const folder = join(__dirname, '..', '..', '..', 'shared', 'specs', 'examples-notifications');
const samples = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const missing = samples.length === 0 ? ' [skipped: the published samples are not on this machine]' : '';

(samples.length > 0 ? describe : describe.skip)(`the published samples${missing}`, () => {
  // A table may not be empty, even where it is skipped.
  test.each(samples.length > 0 ? samples : ['none'])('%s is understood, plain and in base64', (name) => {
    const sample = readFileSync(join(folder, name), 'utf8');
    const parsed = parseNotification(sample);
    const { type } = JSON.parse(sample) as { type: string };
    expect(parsed).toMatchObject({ understood: true, notification: { type } });
    expect(parseNotification(base64(sample))).toEqual(parsed);
    expect('notification' in parsed && isTrainingCompleted(parsed.notification)).toBe(
      name === 'TrainingCompleted.json',
    );
  });
});
