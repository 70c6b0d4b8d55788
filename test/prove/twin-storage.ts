import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import { guidOf } from '../../src/storage/document-text.ts';
import type { HistoryLog, Lease, ProjectLeases, RecordStore } from '../../src/replicator/ports/storage.ts';
import { MemoryHistory } from '../support/memory-history.ts';
import { MemoryRecordStore } from '../support/memory-storage.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Told of each write of a document, once it is stored. */
export interface StorageWatcher {
  written(name: string): void;
}

const LEASE_IN_SECONDS = 60;
/** What reads, and so is no effect. */
const READS = new Set(['read', 'list', 'listDecisions', 'count']);

type Method = (...args: unknown[]) => unknown;

interface Holder {
  readonly process: Process;
  readonly lost: AbortController;
  /** Null while its process lives, and so keeps renewing. */
  lapsesAt: number | null;
}

/** The storage account of one installation: documents, history and leases, as each process sees it. */
export class TwinStorage {
  readonly store = new MemoryRecordStore({ sharesValues: true });
  readonly history = new MemoryHistory();
  isDown = false;
  /** Of so many writes to come the reply is lost. */
  lostReplies = 0;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #watcher: StorageWatcher;
  readonly #holders = new Map<string, Holder>();
  /** The share of calls that take a while, so that others get in between. */
  slowness = 0;

  constructor(time: VirtualTime, random: Random, watcher: StorageWatcher) {
    this.#time = time;
    this.#random = random;
    this.#watcher = watcher;
  }

  storeFor(process: Process): RecordStore {
    return this.#guard(this.store, process);
  }

  historyFor(process: Process): HistoryLog {
    return this.#guard<HistoryLog>(this.history, process);
  }

  /** The same port for one process: what it offers is asked for through that process, the documents in it too. */
  #guard<T extends object>(port: T, process: Process): T {
    return new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target);
        if (isDocument(member)) return this.#guard(member, process);
        if (typeof member !== 'function') return member;
        const isRead = READS.has(String(property));
        return (...args: unknown[]): unknown => {
          const isMaker = target === (this.store as object) && !isRead && property !== 'archive';
          if (isMaker) return this.#guard((member as Method).apply(target, args) as object, process);
          return this.call(process, isRead, () => (member as Method).apply(target, args) as Promise<unknown>, target);
        };
      },
    });
  }

  /** One call of storage by a process. */
  async call<T>(process: Process, isRead: boolean, run: () => Promise<T>, target?: object): Promise<T> {
    const ask = async (): Promise<T> => {
      if (this.slowness > 0 && this.#random.chance(this.slowness)) await this.#time.sleep(this.#random.between(1, 400));
      if (this.isDown) throw unreachable();
      return run();
    };
    if (isRead) return process.ask(ask);
    return process.effect(async () => {
      const answer = await ask();
      const name = target === undefined ? undefined : (target as { name?: unknown }).name;
      this.#watcher.written(typeof name === 'string' ? name : '');
      if (this.lostReplies > 0) {
        this.lostReplies -= 1;
        throw unreachable();
      }
      return answer;
    });
  }

  leasesFor(process: Process): ProjectLeases {
    const acquire = async (id: string): Promise<Lease | null> => {
      const project = guidOf(id);
      if (this.#isHeld(project)) return Promise.resolve(null);
      // The call of a process that has died since takes effect, and nobody renews what it got.
      const lapsesAt = process.isAlive ? null : this.#time.now() + LEASE_IN_SECONDS * 1_000;
      const holder: Holder = { process, lost: new AbortController(), lapsesAt };
      this.#holders.set(project, holder);
      const release = (): Promise<void> => {
        // From here on it is not renewed, whatever becomes of the call.
        holder.lapsesAt = this.#time.now() + LEASE_IN_SECONDS * 1_000;
        return this.call(process, true, () => {
          if (this.#holders.get(project) === holder) this.#holders.delete(project);
          return Promise.resolve();
        });
      };
      return Promise.resolve({ signal: holder.lost.signal, release });
    };
    return { leaseInSeconds: LEASE_IN_SECONDS, acquire: (id) => this.call(process, true, () => acquire(id)) };
  }

  #isHeld(project: string): boolean {
    const holder = this.#holders.get(project);
    return holder !== undefined && (holder.lapsesAt === null || this.#time.now() < holder.lapsesAt);
  }

  /** Its leases lapse, since nobody renews them any more. */
  dropLeasesOf(process: Process): void {
    for (const holder of this.#holders.values()) {
      if (holder.process === process) holder.lapsesAt = this.#time.now() + LEASE_IN_SECONDS * 1_000;
    }
  }

  /** Every lease is lost, and whoever holds it is told. */
  loseLeases(): void {
    const holders = [...this.#holders.values()];
    this.#holders.clear();
    for (const { lost } of holders) lost.abort(leaseLost());
  }
}

function isDocument(member: unknown): member is object {
  return typeof member === 'object' && member !== null && 'read' in member && 'write' in member;
}

function unreachable(): ReplicationFailure {
  return new ReplicationFailure('Azure Storage did not answer.', {
    class: 'transient',
    code: 'STORAGE_UNREACHABLE',
    hint: 'It is tried again by itself.',
  });
}

function leaseLost(): ReplicationFailure {
  return new ReplicationFailure('The lease was lost.', {
    class: 'conflict',
    code: 'LEASE_LOST',
    hint: 'Another worker goes on.',
  });
}
