import { createServer, connect } from 'node:net';

const ANSWER_LIMIT_IN_MS = 5_000;

/** Throws where somebody listens on this port of 127.0.0.1 already. Port 0 is any free one. */
export async function assertPortIsFree(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    throw new Error(whyNot(port, error as NodeJS.ErrnoException), { cause: error });
  }
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function whyNot(port: number, { code, message }: NodeJS.ErrnoException): string {
  const other = 'choose another port: npm start -- --port 7072';
  if (code === 'EADDRINUSE') return `Port ${port} is taken. Stop what listens there, or ${other}`;
  return `Nothing can listen on port ${port} (${message}). Please ${other}`;
}

/** Whether somebody takes connections at the address of a URL. */
export function isListening(url: string): Promise<boolean> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: ANSWER_LIMIT_IN_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
