import { createHash } from 'node:crypto';
import type { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import type { RejectedNotifications } from '../../src/replicator/ports/storage.ts';
import { mask } from '../../src/masking.ts';
import { connectStorage } from '../../src/storage/connections.ts';
import { REJECTED_QUEUE } from '../../src/core/facts/storage-names.ts';
import {
  createRejectedNotifications,
  rejectedMessage,
  type RejectedMessage,
} from '../../src/storage/rejected-notifications.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryRejectedNotifications } from '../support/memory-storage.ts';

const KIB = 1024;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const maskNothing = (text: string): string => text;

describe('what is kept of a rejected notification', () => {
  const at = new Date('2026-01-05T08:00:00.000Z');

  it('is its text as it came, with the reason and the time', () => {
    expect(rejectedMessage({ reason: 'not JSON', text: 'Grüße, 店' }, at, maskNothing)).toEqual({
      schemaVersion: 1,
      rejectedAt: '2026-01-05T08:00:00.000Z',
      reason: 'not JSON',
      text: 'Grüße, 店',
    });
  });

  it('has its secrets masked, in the text and in the reason', () => {
    const maskCanary = (text: string): string => text.replaceAll('canary', '***');
    const kept = rejectedMessage({ reason: 'odd: canary', text: 'sig=canary' }, at, maskCanary);
    expect(kept).toMatchObject({ reason: 'odd: ***', text: 'sig=***' });
  });

  it('has its secrets masked where it came as base64, and stays as it came where there are none', () => {
    const kept = (text: string): string =>
      rejectedMessage({ reason: 'odd', text: Buffer.from(text).toString('base64') }, at, mask).text;
    expect(kept('{"modelUri":"https://x/1?sp=r&sig=canary%2Fab"}')).toBe('{"modelUri":"https://x/1?sp=r&sig=***"}');
    expect(kept('{"type":"Odd"}')).toBe(Buffer.from('{"type":"Odd"}').toString('base64'));
  });

  it('is masked before it is cut, so that no half of a secret is left', () => {
    const text = `${'x'.repeat(32 * KIB - 3)}canary`;
    const kept = rejectedMessage({ reason: 'long', text }, at, (whole) => whole.replaceAll('canary', '*'));
    expect(kept.text).toBe(`${'x'.repeat(32 * KIB - 3)}*`);
  });

  it('is cut beyond 32 KiB, with the length and the hash of the whole', () => {
    const text = 'x'.repeat(40 * KIB);
    expect(rejectedMessage({ reason: 'long', text }, at, maskNothing)).toMatchObject({
      text: 'x'.repeat(32 * KIB),
      textLength: 40 * KIB,
      textSha256: sha256(text),
    });
  });

  it('is cut between two characters', () => {
    const text = `x${'店'.repeat(11 * KIB)}`;
    const kept = rejectedMessage({ reason: 'long', text }, at, maskNothing).text;
    expect(text.startsWith(kept)).toBe(true);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(32 * KIB);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(32 * KIB - 3);
  });
});

let azurite: Azurite;
let queues: QueueServiceClient;

beforeAll(async () => {
  azurite = await startAzurite();
  ({ queues } = connectStorage({ connectionString: azurite.connectionString() }));
}, 60_000);
afterAll(() => azurite.stop());

describe.each(['in memory', 'on Azurite'])('rejected notifications %s', (where) => {
  let rejected: RejectedNotifications;
  let messages: () => Promise<readonly RejectedMessage[]>;

  beforeEach(async () => {
    const clock = new ManualClock();
    if (where === 'in memory') {
      const memory = new MemoryRejectedNotifications(clock, maskNothing);
      rejected = memory;
      messages = () => Promise.resolve(memory.messages);
      return;
    }
    await queues.getQueueClient(REJECTED_QUEUE).deleteIfExists();
    rejected = createRejectedNotifications(queues, { clock, mask: maskNothing });
    messages = async () => {
      const { peekedMessageItems } = await queues.getQueueClient(REJECTED_QUEUE).peekMessages({ numberOfMessages: 32 });
      return peekedMessageItems.map(({ messageText }) => JSON.parse(messageText) as RejectedMessage);
    };
  });

  it('counts none before the first', async () => {
    expect(await rejected.count()).toBe(0);
  });

  it('keeps each one, and counts them', async () => {
    await rejected.add({ reason: 'not JSON', text: '<xml>&amp; "quotes" \u0007 店 \uFFFE</xml>' });
    await rejected.add({ reason: 'unknown type', text: '{}' });
    expect(await rejected.count()).toBe(2);
    expect((await messages()).map(({ text }) => text)).toEqual(['<xml>&amp; "quotes" \u0007 店 \uFFFE</xml>', '{}']);
  });

  it.each([
    ['letters', 'x'],
    ['quotation marks', '"'],
    ['control characters', '\u0001'],
    ['ampersands', '&'],
    ['characters of four bytes', '🜚'],
    ['halves of such characters', '\uD83D'],
  ])('keeps what fits of 64 KiB of %s', async (_what, character) => {
    const text = character.repeat((64 * KIB) / Math.min(4, Buffer.byteLength(character)));
    await rejected.add({ reason: 'long', text });
    const [kept] = await messages();
    expect(kept).toMatchObject({ textLength: Buffer.byteLength(text), textSha256: sha256(text) });
    expect(kept?.text.length).toBeGreaterThan(4 * KIB);
  });
});

it('on Azure Queue Storage, a rejected notification never expires', async () => {
  const rejected = createRejectedNotifications(queues, { clock: new ManualClock(), mask: maskNothing });
  await rejected.add({ reason: 'not JSON', text: '?' });
  const { peekedMessageItems } = await queues.getQueueClient(REJECTED_QUEUE).peekMessages();
  expect(peekedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
});
