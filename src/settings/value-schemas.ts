import { parse as parseDuration } from 'tinyduration';
import { z } from 'zod';
import type { ExportPlatform } from './config.ts';
import { quote } from './setting-reader.ts';

/** How the texts of single settings are read. Each message goes on from the setting's name: "is …", "has …". */

const text = z.string();

/** Turns a text into a value by a function that answers with what is wrong as `problem`. */
export function reading<T>(read: (value: string) => { value: T } | { problem: string }): z.ZodType<T, string> {
  return text.transform((raw, context) => {
    const result = read(raw);
    if ('value' in result) return result.value;
    context.addIssue({ code: 'custom', message: result.problem });
    return z.NEVER;
  });
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

export const endpointSchema = reading((raw) => {
  const url = readUrl(raw);
  if ('value' in url && url.value.pathname !== '/') return { problem: 'has a path after the host.' };
  return url;
});

export const keySchema = reading((raw) =>
  /^[\x21-\x7E]+$/.test(raw) ? { value: raw } : { problem: 'has spaces, line breaks or characters no key has.' },
);

const ARM_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.CognitiveServices\/accounts\/[^/]+$/i;

export const predictionResourceIdSchema = reading((raw) =>
  ARM_ID.test(raw) ? { value: raw } : { problem: 'is not the full ARM id of a Custom Vision prediction resource.' },
);

export const booleanSchema = reading((raw) => {
  if (/^(true|1)$/i.test(raw)) return { value: true };
  if (/^(false|0)$/i.test(raw)) return { value: false };
  return { problem: `is ${quote(raw)}.` };
});

export function wholeNumberSchema(min: number, max: number): z.ZodType<number, string> {
  return reading((raw) => {
    if (!/^\d+$/.test(raw)) return { problem: `is ${quote(raw)}, which is not a whole number.` };
    const value = Number(raw);
    return value >= min && value <= max ? { value } : { problem: `is ${quote(raw)}, out of range.` };
  });
}

/** The name of a queue or a container, of at most so many characters. */
export function storageNameSchema(maxLength: number, reserved: readonly string[]): z.ZodType<string, string> {
  return reading((raw) => {
    if (raw.length < 3 || raw.length > maxLength) return { problem: `is ${raw.length} characters long.` };
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(raw)) return { problem: 'has characters that are not allowed there.' };
    return reserved.includes(raw) ? { problem: `is ${quote(raw)}, a name that this app uses itself.` } : { value: raw };
  });
}

export const apiVersionSchema = reading((raw) =>
  /^v\d+\.\d+(-preview)?$/.test(raw) ? { value: raw } : { problem: `is ${quote(raw)}.` },
);

const NUMBER = String.raw`\d+([.,]\d+)?`;
/** The library finds a duration anywhere in a text; this is all of a text. */
const DURATION = new RegExp(
  `^P(?=.)(${NUMBER}Y)?(${NUMBER}M)?(${NUMBER}W)?(${NUMBER}D)?(T(?=.)(${NUMBER}H)?(${NUMBER}M)?(${NUMBER}S)?)?$`,
);

export const durationSchema = reading((raw) => {
  if (!DURATION.test(raw)) return { problem: `is ${quote(raw)}, which is not an ISO 8601 duration.` };
  const { years, months, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parseDuration(raw);
  if (years !== undefined || months !== undefined) {
    return { problem: 'has years or months, whose length is not fixed: give days.' };
  }
  const value = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return value > 0 ? { value } : { problem: 'is no time at all.' };
});

const FLAVORS: Readonly<Record<string, readonly string[]>> = {
  CoreML: [],
  TensorFlow: ['TensorFlowNormal', 'TensorFlowLite'],
  DockerFile: ['Linux', 'Windows', 'ARM'],
  ONNX: ['ONNX10', 'ONNX12'],
  VAIDK: [],
  OpenVino: [],
};

/** Platforms as the service spells them, however they were spelled. */
export const exportPlatformsSchema = reading<ExportPlatform[]>((raw) => {
  const value: ExportPlatform[] = [];
  for (const entry of entriesOf(raw)) {
    const [name = '', flavorName = null, ...others] = entry.split(':').map((part) => part.trim());
    const platform = spelled(name, Object.keys(FLAVORS));
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

/** What stands between the commas. */
export function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
