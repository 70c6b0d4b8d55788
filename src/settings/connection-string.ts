import { format } from './formats.ts';

const EXPECTED =
  'a connection string with AccountName and AccountKey, or with both endpoints and a SharedAccessSignature, or ' +
  'UseDevelopmentStorage=true, without blanks; or no value together with the settings __blobServiceUri and ' +
  '__queueServiceUri, or __accountName';

/** Where accounts are reached unless it is said: the public cloud. */
export const DEFAULT_ENDPOINT_SUFFIX = 'core.windows.net';

/** The parts that both the host and this app know. The host refuses a string with any other. */
const PARTS = ['DefaultEndpointsProtocol', 'AccountName', 'AccountKey', 'EndpointSuffix', 'SharedAccessSignature'];
const ENDPOINTS = ['Blob', 'Queue', 'Table', 'File'].flatMap((service) => [
  `${service}Endpoint`,
  `${service}SecondaryEndpoint`,
]);
const KNOWN = new Map([...PARTS, ...ENDPOINTS].map((name) => [name.toLowerCase(), name]));

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** The end of a cloud's host names. */
export const ENDPOINT_SUFFIX = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

type Parts = ReadonlyMap<string, string>;
type Reading = { readonly value: string } | { readonly problem: string };

/**
 * Reads a connection string as the host does: names of parts in any case, https and the public cloud by default, nothing
 * trimmed. Its value is the same string as the storage library reads it, which asks for exact names and for every part.
 */
export const connectionString = format(EXPECTED, (raw): Reading => {
  if (raw.trim() === '') return { problem: 'is blank.' };
  if (/\s/.test(raw))
    return { problem: 'has blanks or line breaks in it or around it, which the host does not cut off.' };
  if (/^UseDevelopmentStorage=true;?$/i.test(raw)) return { value: 'UseDevelopmentStorage=true' };
  if (/^UseDevelopmentStorage=/i.test(raw))
    return { problem: 'has more than true for UseDevelopmentStorage, or less.' };
  const parts = partsOf(raw);
  if ('problem' in parts) return parts;
  const problem = partProblem(parts);
  if (problem !== null) return { problem };
  return parts.has('SharedAccessSignature') ? withSignature(parts) : withKey(parts);
});

function partsOf(raw: string): Parts | { readonly problem: string } {
  const parts = new Map<string, string>();
  for (const part of raw.split(';').filter((text) => text !== '')) {
    const [written = '', ...rest] = part.split('=');
    const name = KNOWN.get(written.toLowerCase());
    // What is not known is not quoted: it could be a piece of a key.
    if (name === undefined) return { problem: 'has a part that no connection string has.' };
    if (parts.has(name)) return { problem: `has ${name} twice.` };
    const value = rest.join('=');
    if (value === '') return { problem: `has no value for ${name}.` };
    parts.set(name, value);
  }
  return parts;
}

/** What is wrong with a part by itself; null where nothing is. */
function partProblem(parts: Parts): string | null {
  for (const name of ENDPOINTS) {
    const endpoint = parts.get(name) ?? 'https://none';
    if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
      return `has a ${name} that is not an http or https URL.`;
    }
  }
  if (!/^https?$/i.test(parts.get('DefaultEndpointsProtocol') ?? 'https')) {
    return 'has a DefaultEndpointsProtocol other than https and http.';
  }
  if (!ENDPOINT_SUFFIX.test(parts.get('EndpointSuffix') ?? DEFAULT_ENDPOINT_SUFFIX)) {
    return 'has an EndpointSuffix that is not the end of a host name.';
  }
  if (!BASE64.test(parts.get('AccountKey') ?? '')) return 'has an AccountKey that is not base64.';
  return /^[a-z0-9]+$/i.test(parts.get('AccountName') ?? 'a')
    ? null
    : 'has an AccountName of other characters than letters and digits.';
}

function withSignature(parts: Parts): Reading {
  if (parts.has('AccountKey')) return { problem: 'has both an AccountKey and a SharedAccessSignature.' };
  const [blobs, queues] = [parts.get('BlobEndpoint'), parts.get('QueueEndpoint')];
  if (blobs === undefined || queues === undefined) {
    return { problem: 'has a signature, but not both BlobEndpoint and QueueEndpoint.' };
  }
  return written({
    BlobEndpoint: blobs,
    QueueEndpoint: queues,
    SharedAccessSignature: parts.get('SharedAccessSignature'),
  });
}

function withKey(parts: Parts): Reading {
  const missing = ['AccountName', 'AccountKey'].filter((name) => !parts.has(name));
  if (missing.length > 0) return { problem: `lacks ${missing.join(' and ')}.` };
  const [BlobEndpoint, QueueEndpoint] = [parts.get('BlobEndpoint'), parts.get('QueueEndpoint')];
  const hasBoth = BlobEndpoint !== undefined && QueueEndpoint !== undefined;
  return written({
    DefaultEndpointsProtocol: (parts.get('DefaultEndpointsProtocol') ?? 'https').toLowerCase(),
    AccountName: parts.get('AccountName'),
    AccountKey: parts.get('AccountKey'),
    EndpointSuffix: hasBoth ? undefined : (parts.get('EndpointSuffix') ?? DEFAULT_ENDPOINT_SUFFIX),
    BlobEndpoint,
    QueueEndpoint,
  });
}

function written(parts: Readonly<Record<string, string | undefined>>): Reading {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { value: given.map(([name, value]) => `${name}=${value ?? ''}`).join(';') };
}
