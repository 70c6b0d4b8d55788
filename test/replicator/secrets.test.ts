import type { StoredProject } from '../../src/local/simulator/index.ts';
import { isFailure } from '../../src/core/facts/failure.ts';
import { lowerCased, spellingsOf } from '../support/canaries.ts';
import { addRose, copied, FLOWERS, nextSweep, statusOf, storyOf } from '../support/scenery.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

const KEYS = ['canary-primary-0123456789abcdef', 'canary-secondary-0123456789abcdef'] as const;

let world: World;

beforeEach(async () => {
  world = await startWorld({ primary: { key: KEYS[0] }, secondary: { key: KEYS[1] } });
});

/** Everything that outlives an invocation, or that somebody may read. */
async function everything(sources: readonly StoredProject[]): Promise<string> {
  const ids = await world.store.list();
  const texts = [
    ...ids.map((id) => world.store.get(`records/${id}.json`)),
    world.store.get('routing.json'),
    world.store.get('sweep.json'),
    world.queue.queued,
    world.events,
    world.rejected.messages,
    await statusOf(world),
    ...(await Promise.all(sources.filter(({ id }) => ids.includes(id)).map(({ id }) => storyOf(world, id)))),
    world.secondary.resource.projects.map(({ name, description }) => [name, description]),
  ];
  return JSON.stringify(texts);
}

/** The signature is what makes a token one; the rest of it only says where. */
function secrets(): string[] {
  const signatures = world.tokens.map((token) => new URL(token).searchParams.get('sig') ?? token);
  return [...KEYS, ...world.tokens, ...world.tokens.map(encodeURIComponent), ...signatures];
}

const FAULTS = [
  { kind: 'drop', effect: 'none' },
  { kind: 'truncate' },
  { kind: 'answer', status: 400, code: 'BadRequestInvalidImportToken' },
  { kind: 'answer', status: 401, shape: 'nested' },
  { kind: 'ends-failed' },
] as const;

it('keys and import tokens are in nothing that is kept, sent, shown or written', async () => {
  const sources = [await copied(world)];
  for (const fault of FAULTS) {
    const source = await world.primary.resource.addProject({ ...FLOWERS, name: `Flowers ${sources.length}` });
    sources.push(source);
    world.secondary.faults.order({ operation: 'ImportProject', ...fault });
    await nextSweep(world, 2);
  }
  expect(world.tokens.length).toBeGreaterThan(FAULTS.length);
  const kept = await everything(sources);
  for (const secret of secrets()) expect(kept).not.toContain(secret);
});

it('nor where the service itself quotes them back in its refusal', async () => {
  const source = await world.primary.resource.addProject(FLOWERS);
  const [primaryKey, secondaryKey] = KEYS;
  world.primary.on('ExportProject', 'after-reply', () => {
    const token = world.tokens.at(-1) ?? '';
    const message = `The token ${token} (${encodeURIComponent(token)}) for key ${secondaryKey} is no good.`;
    world.secondary.faults.order({ operation: 'ImportProject', kind: 'answer', status: 400, message });
    world.primary.faults.order({ operation: 'GetTags', kind: 'answer', status: 403, message: `No ${primaryKey}.` });
  });
  for (let sweeps = 0; sweeps < 3; sweeps += 1) {
    await nextSweep(world).catch((error: unknown) => {
      if (!isFailure(error)) throw error;
    });
  }
  const kept = await everything([source]);
  expect(world.tokens.length).toBeGreaterThan(0);
  expect(kept).toMatch(/The token .*is no good/);
  expect(kept).toMatch(/No \*+/);
  for (const secret of secrets()) expect(kept).not.toContain(secret);
});

const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
const SHAPES = ['flat', 'nested', 'status-code', 'html'] as const;

/** Secrets of somebody else's, which only their names and shapes give away. */
const FOREIGN = [
  `DefaultEndpointsProtocol=https;AccountName=things;AccountKey=${CANARY}/+a==;EndpointSuffix=core.windows.net`,
  `{"token":"${CANARY}"}`,
  `https://x.blob.core.windows.net/c?sp=r&sig=${CANARY}%2Fab`,
  `GET /models?foo=${CANARY}`,
  `{"sig":"${CANARY}","keys":["${CANARY}"]}`,
  `Training-Key:\r\n ${CANARY}\r\nPrediction-Key: ${CANARY}\r\nAuthorization: Bearer ${CANARY}`,
  `authorization: ${CANARY}; token = "${CANARY}", key [${CANARY}]`,
  `<token>${CANARY}</token>`,
  `sas=${CANARY}; SharedAccessSignature=${CANARY}`,
  lowerCased(encodeURIComponent(`{"token": "${CANARY}"}`)),
  `Ocp-Apim-Subscription-Key: ${CANARY}`,
  `eyJhbGciOiJub25lIn0.${CANARY}.${CANARY}`,
  lowerCased(encodeURIComponent(encodeURIComponent(`?sp=r&sig=${CANARY}/ab`))),
];

it.each(SHAPES)('nor in whatever form it quotes them, in an answer that is %s', async (shape) => {
  const source = await copied(world);
  addRose(world.primary, source);
  const [token = ''] = world.tokens;
  const signature = new URL(token).searchParams.get('sig') ?? '';
  const quotations = [token, signature, KEYS[1]].flatMap(spellingsOf).concat(FOREIGN);
  for (const quoted of quotations) {
    const message = `Here: ${quoted}`;
    world.secondary.faults.order({ operation: 'ImportProject', kind: 'answer', status: 400, shape, message });
    await world.queue.enqueue({ schemaVersion: 1, projectId: source.id, reason: 'request', wakeId: null }, 0);
    await world.work();
  }
  const kept = await everything([source]);
  expect(kept.split('Here: ').length).toBeGreaterThan(quotations.length);
  for (const secret of [...secrets(), CANARY]) {
    for (const spelling of spellingsOf(secret)) expect(kept).not.toContain(spelling);
  }
});
