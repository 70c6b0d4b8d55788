import { Worker } from 'node:worker_threads';

/** A young generation of this size keeps the collector from a sixth of the time. */
const YOUNG_GENERATION_IN_MB = 96;

/** Sends each task to one of the workers that run a file, and tells every answer as it comes. */
export async function inWorkers<T>(
  file: URL,
  workers: number,
  tasks: Iterable<T>,
  tell: (answer: unknown) => void,
  data: unknown = null,
): Promise<void> {
  const left = [...tasks];
  await Promise.all(
    Array.from({ length: Math.min(workers, left.length) }, async () => {
      const worker = new Worker(file, {
        workerData: data,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_IN_MB },
      });
      for (let task = left.shift(); task !== undefined; task = left.shift()) tell(await answerOf(worker, task));
      await worker.terminate();
    }),
  );
}

function answerOf(worker: Worker, task: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: unknown) => {
      worker.removeListener('error', reject);
      resolve(answer);
    });
    worker.once('error', reject);
    worker.postMessage(task);
  });
}
