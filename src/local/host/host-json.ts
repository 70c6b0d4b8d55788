import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { readJsonFile } from '../../json-file.ts';

/** The options of host.json that this host honours, with the real host's defaults. */
export interface HostOptions {
  /** Null where an invocation may take for ever. */
  readonly functionTimeoutInSeconds: number | null;
  /** What every HTTP route begins with; empty for none. */
  readonly routePrefix: string;
  readonly queues: QueueOptions;
}

export interface QueueOptions {
  readonly batchSize: number;
  /** A new batch is taken once no more than this many messages of the function are being worked on. */
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a message stays invisible after the function failed on it. */
  readonly retryDelayInSeconds: number;
  readonly maxPollingIntervalInMs: number;
  readonly messageEncoding: 'base64' | 'none';
}

const TIME_SPAN = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/;

/** `[d.]hh:mm:ss[.fffffff]` in seconds; null for what is not a time span. */
function parseTimeSpan(text: string): number | null {
  const match = TIME_SPAN.exec(text);
  if (match === null) return null;
  const [, days = '0', hours, minutes, seconds, fraction = '0'] = match;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole + Number(`0.${fraction}`);
}

const timeSpan = z.string().transform((text, context) => {
  const seconds = parseTimeSpan(text);
  if (seconds !== null) return seconds;
  context.addIssue({ code: 'custom', message: `'${text}' is not a time span; expected hh:mm:ss` });
  return z.NEVER;
});

const queuesSchema = z.object({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  visibilityTimeout: timeSpan.default(0),
  maxPollingInterval: timeSpan.refine((seconds) => seconds >= 0.1, 'must be at least 00:00:00.1').default(60),
  messageEncoding: z.enum(['base64', 'none']).default('base64'),
});

const hostJsonSchema = z.object({
  version: z.literal('2.0'),
  /** `-1` is no limit. */
  functionTimeout: z
    .preprocess(
      (value) => (value === '-1' ? null : value),
      timeSpan.refine((seconds) => seconds >= 1, 'must be at least 00:00:01').nullable(),
    )
    .default(30 * 60),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queuesSchema.prefault({}),
    })
    .prefault({}),
});

/** With such a functionTimeout the real host runs, and answers nothing but 503. */
export class InvalidFunctionTimeout extends Error {}

/**
 * Reads host.json; throws, with every problem in it, where it is missing or bad: an `InvalidFunctionTimeout` where nothing
 * else is.
 */
export function readHostJson(path: string): HostOptions {
  const json = readJsonFile(path);
  if (json === null)
    throw new Error(`There is no ${path}; an app is started from the folder that holds its host.json.`);
  const parsed = hostJsonSchema.safeParse(json);
  if (!parsed.success) {
    const message = `${path} is not right:\n${z.prettifyError(parsed.error)}`;
    const isTimeoutAlone = parsed.error.issues.every(({ path: [first] }) => first === 'functionTimeout');
    throw isTimeoutAlone ? new InvalidFunctionTimeout(message) : new Error(message);
  }
  const { functionTimeout, extensions } = parsed.data;
  const { queues } = extensions;
  return {
    functionTimeoutInSeconds: functionTimeout,
    routePrefix: extensions.http.routePrefix,
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2) * availableParallelism(),
      maxDequeueCount: queues.maxDequeueCount,
      retryDelayInSeconds: queues.visibilityTimeout,
      maxPollingIntervalInMs: queues.maxPollingInterval * 1000,
      messageEncoding: queues.messageEncoding,
    },
  };
}
