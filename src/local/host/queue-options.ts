import type { QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { TypedData } from './core-api.ts';
import type { QueueOptions } from './host-json.ts';
import type { HostLog } from './host-log.ts';

export interface QueueListenerOptions {
  readonly functionName: string;
  readonly queueName: string;
  readonly open: () => Promise<QueueServiceClient>;
  readonly queues: QueueOptions;
  /** How long a message that was taken is invisible to others, unless renewed. */
  readonly messageLockInSeconds: number;
  /** Runs the function to its end; false where it failed, which the caller has reported. */
  readonly invoke: (input: TypedData, metadata: Record<string, TypedData>) => Promise<boolean>;
  /** Told, in words, where the account refuses, which ends a host; one that can't be reached is tried again. */
  readonly onRefused: (reason: string) => void;
  readonly log: HostLog;
}

export interface QueuePair {
  readonly queue: QueueClient;
  /** Null for a queue that is a poison queue itself. */
  readonly poison: QueueClient | null;
}
