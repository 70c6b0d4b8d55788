import { join } from 'node:path';
import type { StatusReport } from '../../src/core/status/report.ts';
import { openStage, type HostProcess, type Stage } from '../local/host/host-process.ts';

let stage: Stage;
let host: HostProcess;
let url: string;

beforeAll(async () => {
  stage = await openStage({}, join(__dirname, 'fixture', 'app.ts'));
  host = stage.start({
    REPLICATOR_STORAGE: stage.azurite.connectionString(),
    PRIMARY_TRAINING_ENDPOINT: 'https://one.example',
    PRIMARY_TRAINING_KEY: 'not-a-real-key',
    SECONDARY_TRAINING_ENDPOINT: 'https://two.example',
    SECONDARY_TRAINING_KEY: 'not-a-real-key',
    REPLICATION_SCHEDULE: '0 0 0 1 1 *',
  });
  url = await host.url();
}, 60_000);

afterAll(async () => {
  await host.end('SIGKILL');
  await stage.close();
});

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${url}${path}`, { headers: { accept: 'application/json' } });
  return { status: answer.status, body: await answer.json() };
}

test('while storage takes connections and answers nothing, health, status and routing answer all the same', async () => {
  expect(await get('/api/health')).toEqual({ status: 200, body: { code: 'OK' } });
  expect((await get('/api/status')).status).toBe(200);

  const { pid } = stage.azurite;
  process.kill(pid!, 'SIGSTOP');
  try {
    const [health, status, routing] = await Promise.all(['/api/health', '/api/status', '/api/routing'].map(get));
    expect(health).toEqual({ status: 503, body: { code: 'STORAGE_UNAVAILABLE' } });
    expect(routing).toMatchObject({ status: 503, body: { code: 'STORAGE_UNREACHABLE' } });
    expect(status?.status).toBe(503);
    const { storage, attention } = status?.body as StatusReport;
    expect(storage.unavailable).not.toBeNull();
    expect(attention[0]).toMatchObject({ code: 'STORAGE_UNAVAILABLE', healsByItself: true });
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
  expect(await get('/api/health')).toEqual({ status: 200, body: { code: 'OK' } });
}, 60_000);
