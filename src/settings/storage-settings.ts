import { z } from 'zod';
import type { StorageConfig } from './config.ts';
import { quote, type SettingReader } from './setting-reader.ts';
import { isLoopback, reading, readUrl } from './value-schemas.ts';

/** Reads the five settings of one storage account; null where it is not set, or where that is a problem. */
export function readStorage(reader: SettingReader, name: string, isRequired: boolean): StorageConfig | null {
  const parts = ['__blobServiceUri', '__queueServiceUri', '__credential', '__clientId'].map((part) => name + part);
  const given = parts.filter((part) => reader.has(part));
  if (reader.has(name)) {
    for (const part of given) {
      reader.report(
        part,
        `is set beside ${name}; only one of the two ways to reach the account can be used.`,
        'no value',
      );
    }
    const connectionString = reader.required(name, connectionStringSchema);
    return connectionString === null ? null : { kind: 'connectionString', connectionString };
  }
  if (given.length > 0) return readIdentity(reader, name);
  if (isRequired) reader.report(name, 'is not set.');
  return null;
}

function readIdentity(reader: SettingReader, name: string): StorageConfig | null {
  const blobServiceUri = reader.required(`${name}__blobServiceUri`, serviceUriSchema);
  const queueServiceUri = reader.required(`${name}__queueServiceUri`, serviceUriSchema);
  const credential = reader.optional(`${name}__credential`, credentialSchema);
  const clientId = reader.optional(`${name}__clientId`, clientIdSchema);
  if (reader.has(`${name}__clientId`) && !reader.has(`${name}__credential`)) {
    reader.report(`${name}__credential`, `is not set, but ${name}__clientId is.`, 'managedidentity');
  }
  if (blobServiceUri === null || queueServiceUri === null) return null;
  return { kind: 'identity', blobServiceUri, queueServiceUri, credential, clientId };
}

const serviceUriSchema = reading((raw) => {
  const url = readUrl(raw);
  if ('problem' in url) return url;
  // On this machine the account is named in the path; in Azure, in the host.
  const { hostname, pathname, href } = url.value;
  if (pathname !== '/' && !isLoopback(hostname)) return { problem: 'has a path after the host.' };
  return { value: href.replace(/\/$/, '') };
});

const credentialSchema = reading<'managedidentity'>((raw) =>
  raw.toLowerCase() === 'managedidentity' ? { value: 'managedidentity' } : { problem: `is ${quote(raw)}.` },
);

const clientIdSchema = reading((raw) =>
  z.guid().safeParse(raw).success ? { value: raw } : { problem: 'is not a GUID.' },
);

/** Checked as far as a look can tell, since what the storage library says of a bad one helps nobody. */
const connectionStringSchema = reading((raw) => {
  if (/^UseDevelopmentStorage=true;?$/i.test(raw)) return { value: 'UseDevelopmentStorage=true' };
  const parts = partsOf(raw);
  const has = (name: string): boolean => (parts.get(name) ?? '') !== '';
  const hasEndpoints = has('BlobEndpoint') && has('QueueEndpoint');
  if (has('SharedAccessSignature')) {
    return hasEndpoints ? { value: raw } : { problem: 'has a signature, but not both BlobEndpoint and QueueEndpoint.' };
  }
  const missing = ['DefaultEndpointsProtocol', 'AccountName', 'AccountKey'].filter((name) => !has(name));
  if (missing.length > 0) return { problem: `lacks ${missing.join(' and ')}.` };
  if (!hasEndpoints && !has('EndpointSuffix')) return { problem: 'has neither EndpointSuffix nor both endpoints.' };
  if (!/^https?$/i.test(parts.get('DefaultEndpointsProtocol') ?? '')) {
    return { problem: 'has a DefaultEndpointsProtocol other than https and http.' };
  }
  return /^[A-Za-z0-9+/]+={0,2}$/.test(parts.get('AccountKey') ?? '')
    ? { value: raw }
    : { problem: 'has an AccountKey that is not base64.' };
});

function partsOf(connectionString: string): Map<string, string> {
  const parts = connectionString.split(';').filter((part) => part.trim() !== '');
  return new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}
