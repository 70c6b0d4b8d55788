import { z } from 'zod';
import { mask } from '../../masking.ts';
import { guidSchema } from './guid.ts';

/** A message that Custom Vision posts to a project's notification queue. It has no id and no time of its own. */
export type Notification =
  | { readonly type: 'ConnectionTest'; readonly projectId: string }
  | { readonly type: 'Training'; readonly projectId: string; readonly iterationId: string; readonly status: string }
  | {
      readonly type: 'Export';
      readonly projectId: string;
      readonly iterationId: string;
      readonly status: string;
      /** Never fetched, since anybody who may post could have made it up. May hold a signature, which is a secret. */
      readonly modelUri: string;
    };

export type ParsedNotification =
  | { readonly understood: true; readonly notification: Notification }
  | { readonly understood: false; readonly reason: string };

const contentSchemas = {
  connectiontest: z
    .object({ projectid: guidSchema })
    .transform((content): Notification => ({ type: 'ConnectionTest', projectId: content.projectid })),
  training: z
    .object({ projectid: guidSchema, iterationid: guidSchema, trainingstatus: z.string().min(1) })
    .transform((content): Notification => {
      const { projectid: projectId, iterationid: iterationId, trainingstatus: status } = content;
      return { type: 'Training', projectId, iterationId, status };
    }),
  export: z
    .object({
      projectid: guidSchema,
      iterationid: guidSchema,
      exportstatus: z.string().min(1),
      modeluri: z.string().nullish(),
    })
    .transform((content): Notification => {
      const { projectid: projectId, iterationid: iterationId, exportstatus: status } = content;
      return { type: 'Export', projectId, iterationId, status, modelUri: content.modeluri ?? '' };
    }),
};

const envelopeSchema = z.object({ type: z.string(), content: z.looseObject({}).transform(lowerCaseKeys) });

/** Member names in lower case: the documentation spells `Content` and `projectId`, but its samples do not agree. */
function lowerCaseKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member as unknown]));
}

/** The queue's encoding is not documented: the text is JSON, or base64 of it. */
function parseText(text: string): { json: unknown } | { problem: string } {
  const trimmed = text.trim();
  const plain = trimmed.startsWith('{') ? trimmed : Buffer.from(trimmed, 'base64').toString('utf8').trim();
  try {
    return { json: JSON.parse(plain) };
  } catch {
    return { problem: 'The message is neither a JSON object nor base64 of one.' };
  }
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ');
}

/** Reads one queue message, given as the text that lay in the queue. */
export function parseNotification(text: string): ParsedNotification {
  const parsed = parseText(text);
  if ('problem' in parsed) return { understood: false, reason: parsed.problem };
  const envelope = envelopeSchema.safeParse(lowerCaseKeys(parsed.json));
  if (!envelope.success) {
    return {
      understood: false,
      reason: `The message does not have the shape of a notification: ${problemsOf(envelope.error)}.`,
    };
  }
  const type = envelope.data.type.toLowerCase();
  if (!Object.hasOwn(contentSchemas, type)) {
    return {
      understood: false,
      reason: `The notification type ${JSON.stringify(mask(envelope.data.type).slice(0, 50))} is not known.`,
    };
  }
  const content = contentSchemas[type as keyof typeof contentSchemas].safeParse(envelope.data.content);
  if (!content.success) {
    return {
      understood: false,
      reason: `The ${envelope.data.type} notification is incomplete: ${problemsOf(content.error)}.`,
    };
  }
  return { understood: true, notification: content.data };
}

export function isTrainingCompleted(notification: Notification): boolean {
  return notification.type === 'Training' && notification.status.toLowerCase() === 'trainingcompleted';
}
