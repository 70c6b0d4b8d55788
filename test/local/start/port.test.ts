import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertPortIsFree, isListening } from '../../../src/local/start/port.ts';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => server.close());

const close = () => new Promise((resolve) => server.close(resolve));

describe('a port', () => {
  test('that is taken is refused with what to do', async () => {
    await expect(assertPortIsFree(port)).rejects.toThrow(
      `Port ${port} is taken. Stop what listens there, or choose another port: npm start -- --port 7072`,
    );
  });

  test('that is free can be taken after it was looked at', async () => {
    await close();
    await assertPortIsFree(port);
    await assertPortIsFree(port);
  });

  test('is known to be listened on, or not', async () => {
    const url = `http://127.0.0.1:${port}/account`;
    expect(await isListening(url)).toBe(true);
    await close();
    expect(await isListening(url)).toBe(false);
  });
});
