import { isFailure } from '../../src/core/facts/failure.ts';
import { DEFAULT_LIMITS } from '../../src/customvision/transport.ts';
import { ModelDownloader } from '../../src/customvision/model-downloads.ts';
import { EVERY_STOP, startSilentServer, type Stop } from '../support/silent-server.ts';
import { EVERY_OPERATION, titleOf, type OperationCase } from './every-operation.ts';
import { clientOf, closeAll, never, rejection } from './loopback.ts';

const LIMITS = { ...DEFAULT_LIMITS, deadlineInMs: 500, copyDeadlineInMs: 500, attempts: 2 };

afterEach(closeAll);

describe('where the service takes connections and stops in the middle', () => {
  async function outcome({ run }: OperationCase, stop: Stop): Promise<unknown> {
    await using server = await startSilentServer(stop);
    const error = await rejection(run(clientOf(server.origin, { limits: LIMITS }), never()));
    return isFailure(error) ? error.code : error;
  }

  it.each(EVERY_OPERATION.map((operation) => [titleOf(operation), operation] as const))(
    '%s ends by its deadline, wherever that is, and says what happened',
    async (_, operation) => {
      const ended = await Promise.all(
        EVERY_STOP.map(async (stop) => ({ ...stop, code: await outcome(operation, stop) })),
      );
      expect(ended).toEqual(
        EVERY_STOP.map((stop) => ({ ...stop, code: stop.end === 'silent' ? 'DEADLINE' : 'NETWORK' })),
      );
    },
  );

  it('no attempt is begun after the time for all of them, however many are left', async () => {
    await using server = await startSilentServer({ point: 'asked', end: 'silent' });
    const limits = { ...LIMITS, attempts: 100, repeatWithinInMs: 3 * LIMITS.deadlineInMs };
    expect(await rejection(clientOf(server.origin, { limits }).getProjects(never()))).toMatchObject({
      code: 'DEADLINE',
    });
    expect(server.asked()).toBeLessThanOrEqual(4);
  });

  it('a handshake that is never answered ends by the deadline too', async () => {
    await using server = await startSilentServer({ point: 'accepted', end: 'silent' });
    const client = clientOf(server.origin.replace('http:', 'https:'), { limits: LIMITS });
    expect(await rejection(client.getProjects(never()))).toMatchObject({ code: 'DEADLINE' });
  });

  it('an identity that gives no token, and heeds no signal, holds nothing up', async () => {
    const authorization = { kind: 'entra', getToken: () => new Promise<never>(() => undefined) } as const;
    const client = clientOf('http://127.0.0.1:9', { limits: LIMITS, authorization });
    expect(await rejection(client.getProjects(never()))).toMatchObject({ code: 'DEADLINE', executed: 'no' });
  });
});

describe('where the server of a model takes connections and stops in the middle', () => {
  it.each(EVERY_STOP)('a download ends by its deadline: $point, $end', async (stop) => {
    await using server = await startSilentServer(stop);
    const downloader = new ModelDownloader({ silenceInMs: 100 });
    const fetching = (async () => {
      const download = await downloader.open(`${server.origin}/model`, never());
      try {
        for await (const chunk of download.body) expect(chunk.length).toBeGreaterThan(0);
      } finally {
        await download.close();
      }
    })();
    expect(await rejection(fetching)).toMatchObject({ class: 'transient', code: 'NETWORK' });
    await downloader.close();
  });
});
