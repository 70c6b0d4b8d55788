import { BlockBlobClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { QueueClient, StorageSharedKeyCredential as QueueCredential } from '@azure/storage-queue';
import type { Unknowns } from './unknowns.ts';

const DEADLINE_IN_MS = 10_000;
const DEVELOPMENT_ACCOUNT = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

interface Account {
  readonly name: string;
  readonly key: string;
}

export interface Notification {
  readonly type: 'ConnectionTest' | 'Training' | 'Export';
  readonly content: Readonly<Record<string, string>>;
}

/** The Azure Storage account that projects point at with their storage URIs. It writes for real. */
export class Storage {
  readonly #account: Account | null;
  readonly #unknowns: Unknowns;
  readonly #closing: AbortSignal;

  constructor(connectionString: string | null, unknowns: Unknowns, closing: AbortSignal) {
    this.#account = connectionString === null ? null : readAccount(connectionString);
    this.#unknowns = unknowns;
    this.#closing = closing;
  }

  /** Without an account, storage URIs are kept as they are and never written to. */
  get connected(): boolean {
    return this.#account !== null;
  }

  /** Posts a message to a queue by its plain URL. */
  async post(queueUri: string, notification: Notification): Promise<void> {
    const { name, key } = this.#connectedAccount();
    const text = JSON.stringify({
      version: '1.0',
      type: notification.type,
      [this.#unknowns.notificationContentKey]: notification.content,
    });
    const encoded = this.#unknowns.notificationEncoding === 'base64' ? Buffer.from(text).toString('base64') : text;
    const queue = new QueueClient(queueUri, new QueueCredential(name, key), { retryOptions: { maxTries: 2 } });
    await queue.sendMessage(encoded, { abortSignal: this.#deadline() });
  }

  /** Writes a blob into a container by its plain URL; resolves to the blob's URL. */
  async write(containerUri: string, blobName: string, bytes: Buffer): Promise<string> {
    const blob = this.#blob(containerUri, blobName);
    await blob.uploadData(bytes, { abortSignal: this.#deadline() });
    return blob.url;
  }

  async remove(containerUri: string, blobName: string): Promise<void> {
    await this.#blob(containerUri, blobName).deleteIfExists({ abortSignal: this.#deadline() });
  }

  #blob(containerUri: string, blobName: string): BlockBlobClient {
    const { name, key } = this.#connectedAccount();
    const path = blobName.split('/').map(encodeURIComponent).join('/');
    const credential = new StorageSharedKeyCredential(name, key);
    return new BlockBlobClient(`${containerUri}/${path}`, credential, { retryOptions: { maxTries: 2 } });
  }

  #connectedAccount(): Account {
    if (this.#account === null) throw new Error('The simulator was started without a storage account.');
    return this.#account;
  }

  #deadline(): AbortSignal {
    return AbortSignal.any([this.#closing, AbortSignal.timeout(DEADLINE_IN_MS)]);
  }
}

function readAccount(connectionString: string): Account {
  const parts = connectionString.split(';').map((part) => {
    const [name = '', ...value] = part.split('=');
    return [name.trim().toLowerCase(), value.join('=').trim()] as const;
  });
  const settings = new Map(parts);
  if (settings.get('usedevelopmentstorage')?.toLowerCase() === 'true') return DEVELOPMENT_ACCOUNT;
  const name = settings.get('accountname');
  const key = settings.get('accountkey');
  if (!name || !key) {
    throw new RangeError(
      'The storage connection string lacks AccountName or AccountKey. Expected one as the Azure portal shows it, or UseDevelopmentStorage=true.',
    );
  }
  return { name, key };
}
