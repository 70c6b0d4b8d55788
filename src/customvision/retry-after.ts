const IN_MESSAGE = /retry after (\d+(?:\.\d+)?) second/i;
const HTTP_DATE = /^[A-Za-z]{3,9},? /;

/**
 * How long the service asks us to wait, in seconds: from the header, as seconds or as an HTTP date, else from the
 * message, which is where the gateway is known to put it. Null where neither says.
 */
export function readRetryAfter(header: string | undefined, message: string, now: Date): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, (date - now.getTime()) / 1000);
  const inMessage = IN_MESSAGE.exec(message)?.[1];
  return inMessage === undefined ? null : Number(inMessage);
}
