import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { openStage, type HostProcess, type Stage } from './host-process.ts';

const rowSchema = z.strictObject({
  what: z.string(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  bodyLength: z.int().optional(),
  status: z.int(),
  type: z.string().optional(),
  text: z.string().optional(),
  json: z.record(z.string(), z.unknown()).optional(),
  without: z.array(z.string()).default([]),
  by: z.enum(['seen', 'compared', 'source']),
});
type Row = z.output<typeof rowSchema>;

const file = join(__dirname, 'as-the-real-host', 'requests.jsonl');
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => rowSchema.parse(JSON.parse(line)));

let stage: Stage;
let host: HostProcess;
let url: URL;
beforeAll(async () => {
  stage = await openStage();
  host = stage.start();
  url = new URL(await host.url());
}, 60_000);
afterAll(async () => {
  await host.end();
  await stage.close();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends the path as it stands: `fetch` would mend it. */
function send({ method, path, headers, body, bodyLength }: Row): Promise<Answer> {
  const content = bodyLength === undefined ? body : Buffer.alloc(bodyLength, 'a');
  const target = path.replace(/\{(\d+)\}/, (_, length: string) => 'x'.repeat(Number(length)));
  return new Promise((answered, failed) => {
    const sent = request({ host: url.hostname, port: url.port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () =>
        answered({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', failed);
    sent.end(content);
  });
}

/** A text with `…` fits every text that has the rest. */
function fitting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fitting);
  if (typeof value !== 'string' || !value.includes('…')) return value;
  return expect.stringContaining(value.replaceAll('…', ''));
}

test.each(rows)('$what: $method $path is answered with $status', async (row) => {
  const answer = await send(row);
  expect(answer.status).toBe(row.status);
  if (row.type !== undefined) expect(answer.type).toMatch(row.type);
  if (row.text !== undefined) expect(answer.text).toBe(row.text);
  if (row.json === undefined) return;
  const json = JSON.parse(answer.text) as object;
  for (const [name, value] of Object.entries(row.json)) expect(json).toHaveProperty([name], fitting(value));
  if (Object.keys(row.json).length === 0) expect(json).toEqual({});
  for (const name of row.without) expect(json).not.toHaveProperty([name]);
});
