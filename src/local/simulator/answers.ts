/** An HTTP answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type ErrorShape = 'flat' | 'nested' | 'status-code' | 'html' | 'empty';

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return text(JSON.stringify(value), 'application/json; charset=utf-8', status, headers);
}

export function text(body: string, mediaType: string, status = 200, headers: Readonly<Record<string, string>> = {}) {
  return bytes(Buffer.from(body), mediaType, status, headers);
}

export function bytes(body: Buffer, mediaType: string, status = 200, headers: Readonly<Record<string, string>> = {}) {
  return { status, headers: { 'content-type': mediaType, ...headers }, body };
}

export function empty(status: number): Answer {
  return { status, headers: {}, body: Buffer.alloc(0) };
}

/** An error in one of the shapes that the service, its gateway and its front end use. */
export function errorAnswer(
  shape: ErrorShape,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  if (shape === 'flat') return json({ code, message }, status, headers);
  if (shape === 'nested') return json({ error: { code, message } }, status, headers);
  if (shape === 'status-code') return json({ statusCode: status, message }, status, headers);
  if (shape === 'empty') return { ...empty(status), headers };
  const page = `<!DOCTYPE html>\n<html><head><title>${message}</title></head><body><h2>${message}</h2><hr><p>HTTP Error ${status}.</p></body></html>\n`;
  return text(page, 'text/html; charset=us-ascii', status, headers);
}

/** How a 429 tells when to come back: in the header, in its text, or in both. */
export type ToldBy = 'both' | 'header' | 'text';

export function throttled(operation: string, version: string, afterInSeconds: number, toldBy: ToldBy): Answer {
  const unit = afterInSeconds === 1 ? 'second' : 'seconds';
  const advice = toldBy === 'header' ? '' : ` Please retry after ${afterInSeconds} ${unit}.`;
  const api = `Custom_Vision_${version === 'v3.1' ? 'Prediction' : 'Training'}_${version.replace(/^v/, '')}`;
  const message = `Requests to the ${operation} Operation under ${api} have exceeded rate limit of the pricing tier.${advice}`;
  const headers: Record<string, string> = toldBy === 'text' ? {} : { 'retry-after': String(afterInSeconds) };
  return errorAnswer('nested', 429, '429', message, headers);
}
