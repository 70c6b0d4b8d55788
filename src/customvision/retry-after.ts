const HTTP_DATE = /^[A-Za-z]{3,9},? /;
const HAS_ZONE = /(GMT|UTC|[+-]\d{4})$/i;

/** What the gateway says before how long to wait: "retry after 9 days", "Quota will be replenished in 12.03:04:05". */
const BEFORE_A_WAIT =
  /\b(?:retry|try again|try your request again|replenished|reset|renewed|available|wait)\b[^.;\d]{0,40}?(?:\b(?:after|in|for)\b|:)?\s*(?=\d)/gi;

/** As .NET writes a span of time: days and a point first where there are any, then hours, minutes and seconds. */
const TIME_SPAN = /^(?:(\d+)[.:])?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)\b/;

/** "2 days", "1 hour and 30 minutes", "90s", "30 (seconds)". */
const AMOUNTS = /^(?:\d+(?:\.\d+)?\s*\(?[a-z]+\)?(?:\s*,?\s*(?:and\s+)?(?=\d))?)+/i;
const AMOUNT = /(\d+(?:\.\d+)?)\s*\(?([a-z]+)/gi;

/** Seconds of each unit, by how its name begins. */
const UNITS: readonly (readonly [name: RegExp, seconds: number])[] = [
  [/^(ms|msecs?|milliseconds?)$/i, 0.001],
  [/^(s|secs?|seconds?)$/i, 1],
  [/^(m|mins?|minutes?)$/i, 60],
  [/^(h|hrs?|hours?)$/i, 3_600],
  [/^(d|days?)$/i, 86_400],
  [/^(w|weeks?)$/i, 7 * 86_400],
];

/**
 * How long the service asks us to wait, in seconds: from the header, as seconds or as an HTTP date, else from the
 * message, which is where the gateway is known to put it, in whatever unit. Null where neither says.
 */
export function readRetryAfter(header: string | undefined, message: string, now: Date): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const date = HTTP_DATE.test(value) ? Date.parse(HAS_ZONE.test(value) ? value : `${value} GMT`) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, (date - now.getTime()) / 1000);
  return waitInMessage(message);
}

function waitInMessage(message: string): number | null {
  for (const { 0: words, index } of message.matchAll(BEFORE_A_WAIT)) {
    const wait = readWait(message.slice(index + words.length));
    if (wait !== null) return wait;
  }
  return null;
}

/** The seconds that a text begins with, as a time span or as amounts with their units. */
function readWait(text: string): number | null {
  const [span, days = '0', hours = '', minutes = '', seconds = ''] = TIME_SPAN.exec(text) ?? [];
  if (span !== undefined) return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  const amounts = AMOUNTS.exec(text)?.[0] ?? '';
  let total: number | null = null;
  for (const [, amount = '', unit = ''] of amounts.matchAll(AMOUNT)) {
    const seconds = UNITS.find(([name]) => name.test(unit))?.[1];
    // What follows is no part of the wait: "retry after 1 second 429 calls were made".
    if (seconds === undefined) break;
    total = (total ?? 0) + Number(amount) * seconds;
  }
  return total;
}
