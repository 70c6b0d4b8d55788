import { z } from 'zod';
import { mask } from '../masking.ts';

/** What an error answer says. It may come from the service, or from a gateway in front of it. */
export interface ErrorBody {
  /** The service's own code; null where the body has none, or only repeats the HTTP status. */
  readonly code: string | null;
  /** Plain text on one line; empty where the body was. */
  readonly message: string;
}

const text = z.string().nullish().catch(null);
const code = z.union([z.string(), z.number()]).nullish().catch(null);

/** The service writes the outer members flat, its gateway nests them under `error` or gives a `statusCode`. */
const errorSchema = z.object({
  code,
  message: text,
  error: z.object({ code, message: text }).nullish().catch(null),
});

/** How much of an HTML page is searched for its text. */
const READ_CHARACTERS = 16_384;

const NAMED_CODE = /^[A-Za-z][A-Za-z0-9_.-]{0,79}$/;
const TAGS = /<(script|style)\b[^]*?<\/\1\s*>|<!--[^]*?-->|<[^>]*>/gi;

/** Undefined where the text is not JSON. The parser's own error is not passed on: it quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}

/** Reads every shape that error answers are known to have: flat, nested or gateway JSON, HTML, text and nothing. */
export function readErrorBody(body: string): ErrorBody {
  const parsed = errorSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    // Masked while the elements' names are there, which tell what is a secret.
    const start = mask(body.trimStart().slice(0, READ_CHARACTERS));
    return { code: null, message: oneLine(start.startsWith('<') ? start.replace(TAGS, ' ') : start) };
  }
  const { error, ...outer } = parsed.data;
  const named = [error?.code, outer.code].find((value) => typeof value === 'string' && NAMED_CODE.test(value));
  return {
    code: typeof named === 'string' ? named : null,
    message: oneLine(error?.message ?? outer.message ?? body),
  };
}
