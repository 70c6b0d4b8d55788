import { parse as parseDuration } from 'tinyduration';
import { z } from 'zod';
import type { ExportPlatform } from '../core/backups/plan.ts';
import type { Format } from './setting.ts';

/** The longest text that is quoted in a problem: shorter than any key. */
const MAX_QUOTED_IN_CHARACTERS = 24;

/** A part of a value for a message; what is long enough to be a key pasted into the wrong setting is not quoted. */
export function quote(text: string): string {
  return text.length <= MAX_QUOTED_IN_CHARACTERS ? `'${text}'` : `a text of ${text.length} characters`;
}

const text = z.string();

/** A format read by a function that answers with what is wrong as `problem`. */
export function format<T>(expected: string, read: (value: string) => { value: T } | { problem: string }): Format<T> {
  const schema = text.transform((raw, context) => {
    const result = read(raw);
    if ('value' in result) return result.value;
    context.addIssue({ code: 'custom', message: result.problem });
    return z.NEVER;
  });
  return { schema, expected };
}

/** One of the hosts that are this very machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

export type Url = { readonly value: URL } | { readonly problem: string };

/** A URL that a secret may be sent to: https, save on this machine, and nothing that does not belong in a setting. */
export function readUrl(raw: string): Url {
  if (!URL.canParse(raw)) return { problem: 'is not a URL.' };
  const url = new URL(raw);
  if (url.username !== '' || url.password !== '') return { problem: 'has a user name or password in it.' };
  if (url.search !== '' || url.hash !== '') return { problem: 'has a query or a fragment.' };
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return { value: url };
  return { problem: url.protocol === 'http:' ? 'is http, which sends secrets in clear.' : 'is not an https URL.' };
}

export const endpoint = format('an https URL without a path (http only for this machine)', (raw) => {
  const url = readUrl(raw);
  if ('problem' in url) return url;
  if (url.value.pathname !== '/') return { problem: 'has a path after the host.' };
  // A dot at the end says that the name is whole; it names the same host.
  url.value.hostname = url.value.hostname.replace(/\.+$/, '');
  return url;
});

export const trainingKey = format('a training key as one word, or no value for Microsoft Entra ID', (raw) =>
  /^[\x21-\x7E]+$/.test(raw) ? { value: raw } : { problem: 'has spaces, line breaks or characters no key has.' },
);

const ARM_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.CognitiveServices\/accounts\/[^/]+$/i;

export const predictionResourceId = format(
  "a prediction resource's ARM id, " +
    '/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.CognitiveServices/accounts/{name}',
  (raw) =>
    ARM_ID.test(raw) ? { value: raw } : { problem: 'is not the full ARM id of a Custom Vision prediction resource.' },
);

export const trueOrFalse = format('true or false', (raw) => {
  if (/^(true|1)$/i.test(raw)) return { value: true };
  if (/^(false|0)$/i.test(raw)) return { value: false };
  return { problem: `is ${quote(raw)}.` };
});

export function wholeNumber(min: number, max: number): Format<number> {
  return format(`a whole number from ${min} to ${max}`, (raw) => {
    if (!/^\d+$/.test(raw)) return { problem: `is ${quote(raw)}, which is not a whole number.` };
    const value = Number(raw);
    return value >= min && value <= max ? { value } : { problem: `is ${quote(raw)}, out of range.` };
  });
}

const EXPECTED_NAME = (what: string, maxLength: number): string =>
  `a ${what} name: 3 to ${maxLength} lower-case letters, digits and single hyphens, none of our own ${what}s`;

/** The name of a container, of at most so many characters, that none of the app's own has. */
export function containerName(maxLength: number, own: readonly string[]): Format<string> {
  return format(EXPECTED_NAME('container', maxLength), (raw) => storageName(raw, maxLength, own));
}

/** The name of a queue, likewise. The host reads it too, and makes capitals small. */
export function queueName(maxLength: number, own: readonly string[]): Format<string> {
  return {
    isReadByHost: true,
    ...format(EXPECTED_NAME('queue', maxLength), (raw) => {
      if (raw.trim() === '') return { problem: 'is blank; without the setting, its default holds.' };
      if (raw !== raw.trim())
        return { problem: 'has blanks or line breaks around it, which the host does not cut off.' };
      return storageName(raw.toLowerCase(), maxLength, own);
    }),
  };
}

function storageName(name: string, maxLength: number, own: readonly string[]): { value: string } | { problem: string } {
  if (name.length < 3 || name.length > maxLength) return { problem: `is ${name.length} characters long.` };
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return { problem: 'has characters that are not allowed there.' };
  return own.includes(name) ? { problem: `is ${quote(name)}, a name that this app uses itself.` } : { value: name };
}

export const apiVersion = format('a version such as v3.3 or v3.4-preview', (raw) =>
  /^v\d+\.\d+(-preview)?$/.test(raw) ? { value: raw } : { problem: `is ${quote(raw)}.` },
);

const NUMBER = String.raw`\d+([.,]\d+)?`;
/** The library would find a duration anywhere in a text; this demands that the whole text is one. */
const DURATION = new RegExp(
  `^P(?=.)(${NUMBER}Y)?(${NUMBER}M)?(${NUMBER}W)?(${NUMBER}D)?(T(?=.)(${NUMBER}H)?(${NUMBER}M)?(${NUMBER}S)?)?$`,
);

const DURATION_WORDS = 'an ISO 8601 duration of weeks, days, hours, minutes and seconds, e.g. PT2H or P1DT12H';

/** In seconds. */
export const duration = format(DURATION_WORDS, (raw) => {
  const read = readDuration(raw);
  return 'value' in read && read.value === 0 ? { problem: 'is no time at all.' } : read;
});

/** In seconds; 0 where there is to be none. */
export const durationOrNone = format(`${DURATION_WORDS}, or PT0S for none`, readDuration);

function readDuration(raw: string): { value: number } | { problem: string } {
  if (!DURATION.test(raw)) return { problem: `is ${quote(raw)}, which is not an ISO 8601 duration.` };
  const { years, months, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parseDuration(raw);
  if (years !== undefined || months !== undefined) {
    return { problem: 'has years or months, whose length is not fixed: give days.' };
  }
  return { value: (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds };
}

const FLAVORS: Readonly<Record<string, readonly string[]>> = {
  CoreML: [],
  TensorFlow: ['TensorFlowNormal', 'TensorFlowLite'],
  DockerFile: ['Linux', 'Windows', 'ARM'],
  ONNX: ['ONNX10', 'ONNX12'],
  VAIDK: [],
  OpenVino: [],
};

const PLATFORMS = Object.keys(FLAVORS);
const PLATFORM_WORDS =
  `platforms separated by commas, each ${PLATFORMS.slice(0, -1).join(', ')} or ${PLATFORMS.at(-1) ?? ''}, with a ` +
  `flavor where wanted: ${PLATFORMS.flatMap((name) => (FLAVORS[name] ?? []).map((flavor) => `${name}:${flavor}`)).join(', ')}`;

/** Platforms as the service spells them, however they were spelled. */
export const exportPlatforms = format<ExportPlatform[]>(PLATFORM_WORDS, (raw) => {
  const value: ExportPlatform[] = [];
  for (const entry of entriesOf(raw)) {
    const [name = '', flavorName = null, ...others] = entry.split(':').map((part) => part.trim());
    const platform = spelled(name, PLATFORMS);
    if (platform === null) return { problem: `has ${quote(entry)}, whose platform is not known.` };
    const flavor = flavorName === null ? null : spelled(flavorName, FLAVORS[platform] ?? []);
    if (others.length > 0 || (flavorName !== null && flavor === null)) {
      return { problem: `has ${quote(entry)}, whose flavor is none of that platform's.` };
    }
    if (value.some((other) => other.platform === platform && other.flavor === flavor)) {
      return { problem: `has ${quote(entry)} twice.` };
    }
    value.push({ platform, flavor });
  }
  return value.length > 0 ? { value } : { problem: 'names nothing.' };
});

function spelled(name: string, known: readonly string[]): string | null {
  return known.find((candidate) => candidate.toLowerCase() === name.toLowerCase()) ?? null;
}

/** The parts of a comma-separated text, without blanks around them. */
export function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

const LONGEST_TITLE = 80;

export const title = format(`a text of at most ${LONGEST_TITLE} characters in one line`, (raw) => {
  const trimmed = raw.trim();
  if (/\p{Cc}/u.test(trimmed)) return { problem: 'has more than one line.' };
  return trimmed.length > LONGEST_TITLE ? { problem: `has ${trimmed.length} characters.` } : { value: trimmed };
});
