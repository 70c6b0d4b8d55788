import { parentPort } from 'node:worker_threads';
import { rowOf } from './matrix.ts';
import type { Side } from './twin-service.ts';

/** Runs each row of the matrix that it is sent, and answers with its cells. */
parentPort?.on('message', ([side, operation]: [Side, string]) => {
  void rowOf(side, operation).then((cells) => parentPort?.postMessage(cells));
});
