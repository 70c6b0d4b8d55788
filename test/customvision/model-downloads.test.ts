import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isFailure } from '../../src/core/facts/failure.ts';
import { ModelDownloader } from '../../src/customvision/model-downloads.ts';

const SECRET = 'sig=verySecretSignature';
const MODEL = Buffer.from('a model');
const signal = new AbortController().signal;

type Answer = (response: ServerResponse) => void;

let server: Server;
let answer: Answer;
let asked: { url: string; headers: NodeJS.Dict<string | string[]> }[];
let downloader: ModelDownloader;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  downloader = new ModelDownloader({ modelInBytes: 100, silenceInMs: 300 });
});

afterEach(async () => {
  await downloader.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/1?${SECRET}`;
}

async function fetched(uri = address()): Promise<{ bytes: Buffer; etag: string | null }> {
  const download = await downloader.open(uri, signal);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of download.body) chunks.push(chunk);
  } finally {
    await download.close();
  }
  return { bytes: Buffer.concat(chunks), etag: download.etag };
}

/** What a fetch that must fail is told as. */
async function failure(uri?: string) {
  const thrown = await fetched(uri).then(
    () => null,
    (error: unknown) => error,
  );
  if (!isFailure(thrown)) throw new Error(`A failure was expected, not ${String(thrown)}.`);
  expect(`${thrown.message} ${thrown.hint} ${JSON.stringify(thrown.cause ?? null)}`).not.toContain('verySecret');
  return thrown;
}

it('fetches a model by its address alone, without a key', async () => {
  answer = (response) => response.writeHead(200, { etag: '"0x1"' }).end(MODEL);
  expect(await fetched()).toEqual({ bytes: MODEL, etag: '"0x1"' });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url).toBe(`/models/1?${SECRET}`);
  expect(Object.keys(asked[0]?.headers ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/key|authorization/i)]),
  );
});

it('follows no redirect', async () => {
  answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
  expect(await failure()).toMatchObject({ class: 'refused', code: 'MODEL_ADDRESS_UNUSABLE' });
  expect(asked).toHaveLength(1);
});

it.each([
  [403, 'not-found', 'MODEL_ADDRESS_EXPIRED'],
  [404, 'not-found', 'MODEL_ADDRESS_EXPIRED'],
  [429, 'throttled', 'HTTP_429'],
  [503, 'transient', 'HTTP_503'],
])('tells what to expect after an answer of %p', async (status, failureClass, code) => {
  answer = (response) => response.writeHead(status).end('no');
  expect(await failure()).toMatchObject({ class: failureClass, code, status });
});

it('stops at the limit of size, announced or not', async () => {
  answer = (response) => response.writeHead(200).end(Buffer.alloc(101));
  expect(await failure()).toMatchObject({ class: 'refused', code: 'MODEL_TOO_LARGE' });
  answer = (response) => {
    response.writeHead(200);
    for (let sent = 0; sent < 3; sent += 1) response.write(Buffer.alloc(50));
    response.end();
  };
  expect(await failure()).toMatchObject({ class: 'refused', code: 'MODEL_TOO_LARGE' });
});

it('tells a model that breaks off from one that is complete', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': '50' });
    response.write(MODEL, () => response.destroy());
  };
  expect(await failure()).toMatchObject({ class: 'transient', code: 'NETWORK' });
});

it('gives up on a server that says nothing', async () => {
  answer = () => undefined;
  expect(await failure()).toMatchObject({ class: 'transient', code: 'NETWORK' });
});

it.each([
  ['plain http to another machine', 'http://models.example/1'],
  ['another scheme', 'file:///etc/passwd'],
  ['a relative path, as resources in a virtual network give', 'models/1.zip'],
  ['a user name', 'https://somebody@models.example/1'],
])('refuses %s without asking anybody', async (_what, uri) => {
  expect(await failure(uri)).toMatchObject({ class: 'refused', code: 'MODEL_ADDRESS_UNUSABLE' });
  expect(asked).toEqual([]);
});

it('ends with the reason of its signal', async () => {
  answer = (response) => {
    response.writeHead(200);
    response.write(MODEL);
  };
  const ended = new AbortController();
  const download = await downloader.open(address(), ended.signal);
  const reading = (async () => {
    for await (const chunk of download.body) {
      expect(chunk).toHaveLength(MODEL.length);
      ended.abort(new Error('enough'));
    }
  })();
  await expect(reading).rejects.toThrow('enough');
  await download.close();
});

it('leaves nothing behind of a download that nobody reads', async () => {
  answer = (response) => {
    response.writeHead(200);
    response.write(MODEL);
  };
  const download = await downloader.open(address(), signal);
  await download.close();
  await new Promise<void>((resolve) => {
    const look = (): void => {
      server.getConnections((_error, open) => {
        if (open === 0) resolve();
        else setTimeout(look, 10);
      });
    };
    look();
  });
});
