import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { QueueServiceClient } from '@azure/storage-queue';
import { REJECTED_QUEUE } from '../core/facts/storage-names.ts';
import type { Clock } from '../replicator/ports/surroundings.ts';
import type { RejectedNotifications } from '../replicator/ports/storage.ts';
import { sendMessage } from './queue-sender.ts';
import { asStorageFailure, hasCode } from './storage-failure.ts';

/**
 * A message of this queue.
 * @internal
 */
export interface RejectedMessage {
  readonly schemaVersion: 1;
  readonly rejectedAt: string;
  readonly reason: string;
  /** What was received, secrets masked; only its beginning where the two members below are there. */
  readonly text: string;
  /** Bytes of the whole text as it was received. */
  readonly textLength?: number;
  /** Lower-case hex, of the whole text as it was received. */
  readonly textSha256?: string;
}

const MAX_TEXT_IN_BYTES = 32 * 1024;
const MAX_REASON_IN_BYTES = 2 * 1024;
/** The service takes 64 KiB; the rest is left for the XML around the message. */
const MAX_MESSAGE_IN_BYTES = 63 * 1024;

/** Keeps what nobody could act on in a queue of its own, where messages never expire. */
export function createRejectedNotifications(
  queues: QueueServiceClient,
  options: { readonly clock: Clock; readonly mask: (text: string) => string },
): RejectedNotifications {
  return {
    async add(rejection) {
      const message = rejectedMessage(rejection, options.clock.now(), options.mask);
      await sendMessage(queues, REJECTED_QUEUE, formatMessage(message), 0);
    },
    count: () => asStorageFailure(`Counting the queue ${REJECTED_QUEUE}`, () => countMessages(queues)),
  };
}

async function countMessages(queues: QueueServiceClient): Promise<number> {
  try {
    const properties = await queues.getQueueClient(REJECTED_QUEUE).getProperties();
    return properties.approximateMessagesCount ?? 0;
  } catch (error) {
    if (hasCode(error, 'QueueNotFound')) return 0;
    throw error;
  }
}

/**
 * What is kept of a rejection: small enough for one message, whatever the text is made of.
 * @internal
 */
export function rejectedMessage(
  rejection: { readonly reason: string; readonly text: string },
  at: Date,
  mask: (text: string) => string,
): RejectedMessage {
  // Masked before it is cut: half a secret would no longer be recognised as one.
  const masked = maskEncoded(rejection.text, mask);
  const make = (limitInBytes: number): RejectedMessage => {
    const text = cut(masked, limitInBytes);
    return {
      schemaVersion: 1,
      rejectedAt: at.toISOString(),
      reason: cut(mask(rejection.reason), MAX_REASON_IN_BYTES),
      text,
      ...(text === masked ? {} : { textLength: Buffer.byteLength(rejection.text), textSha256: sha256(rejection.text) }),
    };
  };
  // Escaping makes some texts several times longer: those are cut further, down to what fits.
  let limitInBytes = MAX_TEXT_IN_BYTES;
  let message = make(limitInBytes);
  while (sentBytes(formatMessage(message)) > MAX_MESSAGE_IN_BYTES) {
    limitInBytes = Math.floor(limitInBytes * 0.8);
    message = make(limitInBytes);
  }
  return message;
}

/**
 * The service may write its notifications as base64, in which nothing looks like a secret. Where there is one, what is
 * kept is the decoded text.
 */
function maskEncoded(text: string, mask: (text: string) => string): string {
  const plain = Buffer.from(text.trim(), 'base64');
  if (plain.length === 0 || plain.toString('base64') !== text.trim() || !isUtf8(plain)) return mask(text);
  const decoded = plain.toString('utf8');
  const masked = mask(decoded);
  return masked === decoded ? mask(text) : masked;
}

/** JSON without the two characters that JSON allows and XML, which carries the message, does not. */
function formatMessage(message: RejectedMessage): string {
  return JSON.stringify(message).replace(
    /[\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

/** How many bytes a text has once it is escaped for XML. */
function sentBytes(text: string): number {
  return Buffer.byteLength(text.replace(/[&<>"']/g, '&quot;'));
}

/** The longest beginning of a text that has at most so many bytes and ends between two characters. */
function cut(text: string, limitInBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limitInBytes) return text;
  let end = limitInBytes;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** True for the second to fourth byte of a character in UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
