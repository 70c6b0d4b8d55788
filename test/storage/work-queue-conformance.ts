import type { WorkItem } from '../../src/core/facts/work-item.ts';
import type { WorkQueue } from '../../src/replicator/ports/storage.ts';

/** A work queue to try, with a worker's view of it. */
export interface WorkQueueUnderTest {
  readonly queue: WorkQueue;
  /** Takes what is visible now off the queue. */
  readonly take: () => Promise<WorkItem[]>;
  /** Lets so many seconds pass. */
  readonly pass: (seconds: number) => Promise<void>;
}

const item: WorkItem = {
  schemaVersion: 1,
  projectId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  reason: 'sweep',
  wakeId: null,
};
const WEEK_IN_SECONDS = 7 * 24 * 60 * 60;

/** What a work queue promises; each test begins with an empty one. */
export function describeWorkQueue(name: string, open: () => Promise<WorkQueueUnderTest>): void {
  describe(`a work queue ${name}`, () => {
    let opened: WorkQueueUnderTest;

    beforeEach(async () => {
      opened = await open();
    });

    it('hands out an item as it was enqueued, once', async () => {
      await opened.queue.enqueue({ ...item, reason: 'wake', wakeId: 'Weck-Nr. <1> & "2"' }, 0);
      expect(await opened.take()).toEqual([{ ...item, reason: 'wake', wakeId: 'Weck-Nr. <1> & "2"' }]);
      expect(await opened.take()).toEqual([]);
    });

    it('hides an item until its delay has passed', async () => {
      await opened.queue.enqueue(item, 1);
      await opened.queue.enqueue(item, WEEK_IN_SECONDS);
      expect(await opened.take()).toEqual([]);
      await opened.pass(2);
      expect(await opened.take()).toEqual([item]);
    });

    it('rounds a delay up, so that nothing comes early', async () => {
      await opened.queue.enqueue(item, 0.2);
      expect(await opened.take()).toEqual([]);
      await opened.pass(2);
      expect(await opened.take()).toEqual([item]);
    });

    it.each([-1, WEEK_IN_SECONDS + 1, Number.NaN])('refuses a delay of %p s', async (delay) => {
      await expect(opened.queue.enqueue(item, delay)).rejects.toMatchObject({ class: 'bug', code: 'INVALID_DELAY' });
      expect(await opened.take()).toEqual([]);
    });
  });
}
