import { join } from 'node:path';
import { openStage, type HostProcess, type Stage } from '../local/host/host-process.ts';

/** Like an older key of an AI service: nothing but the settings tells that it is one. */
const KEY = '4bf92f3577b34da6a3ce929d0e0e4736';
const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';

let stage: Stage;
let host: HostProcess;
let url: string;

beforeAll(async () => {
  stage = await openStage({}, join(__dirname, 'fixture', 'app.ts'));
  host = stage.start({
    REPLICATOR_STORAGE: stage.azurite.connectionString(),
    PRIMARY_TRAINING_ENDPOINT: 'https://one.example',
    PRIMARY_TRAINING_KEY: KEY,
    SECONDARY_TRAINING_ENDPOINT: 'https://two.example',
    SECONDARY_TRAINING_KEY: 'not-a-real-key',
    REPLICATION_SCHEDULE: '0 0 0 1 1 *',
  });
  url = await host.url();
}, 60_000);

afterAll(async () => {
  await host.end();
  await stage.close();
});

test.each(['error', 'text', 'object', 'several', 'named'])(
  'what a function throws is masked, message and stack, before the host sees it: %s',
  async (as) => {
    const before = host.stderr.length;
    const body = `key ${KEY} and AccountKey=${CANARY};`;
    const answer = await fetch(`${url}/api/fails?as=${as}`, { method: 'POST', body });
    expect(answer.status).toBe(500);
    await host.until(() => /fails failed .*/.exec(host.stderr.slice(before))?.[0]);
    const everything = [...host.stdout, host.stderr, await answer.text()].join('\n');
    expect(host.stderr.slice(before)).toContain('key *** and AccountKey=***;');
    expect(everything).not.toContain(KEY);
    expect(everything).not.toContain(CANARY);
  },
);
