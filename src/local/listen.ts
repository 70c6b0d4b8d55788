import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Has a server listen on 127.0.0.1; resolves to the port. 0 takes any free one; a taken one is refused with what to do. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const isTaken = error.code === 'EADDRINUSE';
      const advice = `Port ${port} is taken: stop what listens there, or choose another one with --port.`;
      reject(isTaken ? new Error(advice, { cause: error }) : error);
    };
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
