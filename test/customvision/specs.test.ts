import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CustomVisionClient } from '../../src/customvision/client.ts';
import { EVERY_OPERATION, titleOf, type OperationCase } from './every-operation.ts';
import { clientOf, closeAll, json, never, startLoopback, type Hit } from './loopback.ts';
import { exampleAnswer, Specification } from './specification.ts';
import { variationsOf } from './variations.ts';

afterEach(closeAll);

const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'specs');
const EXAMPLES = join(FOLDER, 'examples-v3.3');
const VERSIONS = ['v3.3', 'v3.4-preview'];

/** The published documentation sets these by UpdateProject, while the specification calls them read-only. */
const DISPUTED = [
  'body.settings.exportModelContainerUri is read-only',
  'body.settings.notificationQueueUri is read-only',
];

/** Makes the call against a server that gives the operation's example answer. */
async function perform(
  { operation, run }: OperationCase,
  apiVersion: string,
): Promise<{ hit: Hit; result: unknown; example: ReturnType<typeof exampleAnswer> }> {
  const example = exampleAnswer(EXAMPLES, operation);
  const status = Number(example.status);
  const server = await startLoopback(status === 204 ? { status } : json(example.body, status));
  const client = clientOf(server.url, { apiVersion });
  const result = await run(client, never());
  return { hit: server.hits[0]!, result, example };
}

it('every operation of the client is held to the specification', () => {
  const methods = Object.getOwnPropertyNames(CustomVisionClient.prototype);
  const tested = new Set<string>(EVERY_OPERATION.map(({ method }) => method));
  expect(methods.filter((name) => !tested.has(name))).toEqual(['constructor', 'takeCounts', 'health', 'close']);
});

const WHY = existsSync(FOLDER) ? '' : ` [skipped: there is no ${FOLDER}]`;

// They are not part of this repository; without them beside it there is nothing to compare with.
(existsSync(FOLDER) ? describe : describe.skip)(`the specifications of the service${WHY}`, () => {
  describe.each(VERSIONS)('%s', (version) => {
    let specification: Specification;
    beforeAll(() => {
      specification = new Specification(join(FOLDER, `training-${version}.json`));
    });
    const cases = EVERY_OPERATION.filter(
      ({ needsStorageIntegration }) => needsStorageIntegration !== true || version === 'v3.4-preview',
    ).map((operation) => [titleOf(operation), operation] as const);

    it.each(cases)('allows the request for %s', async (_, operation) => {
      const { hit } = await perform(operation, version);
      const problems = specification.problemsOf(hit);
      expect(problems.filter((problem) => !DISPUTED.includes(problem))).toEqual([]);
    });

    it.each(cases)('has an example answer for %s that the client understands', async (_, operation) => {
      const { hit, result, example } = await perform(operation, version);
      expect(specification.problemsOfAnswer(hit, example.status, example.body)).toEqual([]);
      if (Array.isArray(example.body)) expect(result).toHaveLength(example.body.length);
      const named = example.body as { id?: string; name?: string; token?: string; platform?: string } | undefined;
      for (const member of ['id', 'name', 'token', 'platform'] as const) {
        if (named?.[member] !== undefined) expect(result).toHaveProperty(member, named[member]);
      }
    });
  });

  /** Without these an answer is of no use: which thing it is, and what was asked for. */
  const NEEDED = new Set(['id', 'token', 'platform']);
  /** Of the tag in the example of an image, whose name may lack there. */
  const TAGS = [{ id: 'b607964f-7bd6-4a3b-a869-6791fb6aab87', name: 'tag 1', description: null, type: 'Regular' }];

  it.each(
    EVERY_OPERATION.filter(({ needsStorageIntegration }) => needsStorageIntegration !== true).map(
      (one) => [titleOf(one), one] as const,
    ),
  )('require as much of the answer to %s as the client does, or more', async (_, { operation, run }) => {
    const specification = new Specification(join(FOLDER, 'training-v3.3.json'));
    const { status, body } = exampleAnswer(EXAMPLES, operation);
    let answer = json(body, Number(status));
    const answers = (hit: Hit) => (operation === 'GetImages' && hit.target.includes('/tags') ? json(TAGS) : answer);
    const server = await startLoopback(status === '204' ? { status: 204 } : answers);
    const client = clientOf(server.url, { apiVersion: 'v3.3' });
    await run(client, never());
    const [hit] = server.hits;
    const refused: string[] = [];
    for (const variation of variationsOf(body)) {
      const isAllowed = specification.problemsOfAnswer(hit!, status, variation.body).length === 0;
      if (!isAllowed || NEEDED.has(variation.member)) continue;
      answer = json(variation.body, Number(status));
      const result = await run(client, never()).catch((error: unknown) => ({ problem: String(error) }));
      const problems = [result].flat().map((one) => (one as { problem?: string } | null)?.problem);
      refused.push(
        ...problems.filter((problem) => problem !== undefined).map((problem) => `${variation.what}: ${problem}`),
      );
    }
    expect(refused).toEqual([]);
  });

  it('refuses what the client must not send', () => {
    const specification = new Specification(join(FOLDER, 'training-v3.3.json'));
    const base = '/customvision/v3.3/training/projects';
    const id = 'bc3f7dad-5544-468c-8573-3ef04d55463e';
    const problemsOf = (method: string, target: string, body: object | null = null) =>
      specification.problemsOf({ method, target, body: body === null ? '' : JSON.stringify(body) });
    expect(problemsOf('GET', `${base}/7`)).toEqual(['projectId:  must match format "uuid"']);
    expect(problemsOf('POST', `${base}/import?name=n&colour=red`)).toEqual([
      'the query parameter colour is not known',
      'token is missing',
    ]);
    expect(problemsOf('GET', `${base}/${id}/images?take=257`)).toEqual(['take:  must be <= 256']);
    expect(problemsOf('PATCH', `${base}/${id}`, { name: 'n', settings: { useNegativeSet: true } })).toEqual([
      " must have required property 'description'",
      'body.settings.useNegativeSet is read-only',
    ]);
    expect(problemsOf('POST', `${base}?name=n`, {})).toEqual(['there is a body, and none is expected']);
  });
});
