import type { DequeuedMessageItem } from '@azure/storage-queue';
import { systemNow } from '../steerable-time.ts';
import type { TypedData } from './core-api.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The text that the function is given; null where it is not in the encoding that host.json says. */
export function decodeText(messageText: string, encoding: 'base64' | 'none'): string | null {
  if (encoding === 'none') return messageText;
  const compact = messageText.replace(/\s/g, '');
  return BASE64.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : null;
}

export type MessageFacts = Pick<
  DequeuedMessageItem,
  'messageId' | 'popReceipt' | 'dequeueCount' | 'insertedOn' | 'expiresOn' | 'nextVisibleOn'
>;

/** What the app sees as `context.triggerMetadata`, as the real host sends it. */
export function queueMetadata(functionName: string, text: string, message: MessageFacts): Record<string, TypedData> {
  const time = (date: Date): TypedData => ({ json: JSON.stringify(date.toISOString().replace(/\.\d+Z$/, '+00:00')) });
  const sys = { MethodName: functionName, UtcNow: new Date(systemNow()).toISOString(), RandGuid: crypto.randomUUID() };
  return {
    QueueTrigger: { string: text },
    DequeueCount: { json: String(message.dequeueCount) },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    InsertionTime: time(message.insertedOn),
    ExpirationTime: time(message.expiresOn),
    NextVisibleTime: time(message.nextVisibleOn),
    sys: { json: JSON.stringify(sys) },
  };
}

/** The facts of a message that came from a person and not from the queue. */
export function manualMessage(): MessageFacts {
  const now = new Date(systemNow());
  return {
    messageId: '00000000-0000-0000-0000-000000000000',
    popReceipt: '',
    dequeueCount: 0,
    insertedOn: now,
    expiresOn: new Date(now.getTime() + 7 * 24 * 3600 * 1000),
    nextVisibleOn: now,
  };
}
