import type { BackupStore } from '../../src/backups/ports.ts';
import type { Document, RecordStore } from '../../src/replicator/ports/storage.ts';

/** What the code under test gets where the process would be gone. */
export class Killed extends Error {
  override name = 'Killed';
}

type Phase = 'before' | 'after';

type Method = (...args: unknown[]) => Promise<unknown>;

/** Counts the effects of a process on the world, and kills it at one of them. */
export class Killer {
  readonly effects: string[] = [];
  #killAt: { readonly index: number; readonly phase: Phase; readonly counts: (effect: string) => boolean } | null =
    null;
  #counted = 0;
  #isDead = false;

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The nth effect (from 0) of those that count is not sent at all, or takes effect and its reply is lost. */
  killAt(index: number, phase: Phase, counts: (effect: string) => boolean = () => true): void {
    this.#killAt = { index, phase, counts };
  }

  async #effect<T>(name: string, run: () => Promise<T>, check: () => Promise<void>): Promise<T> {
    this.#live();
    this.effects.push(name);
    const isCounted = this.#killAt?.counts(name) ?? false;
    const isHere = isCounted && this.#killAt?.index === this.#counted;
    if (isCounted) this.#counted += 1;
    if (isHere && this.#killAt?.phase === 'before') this.#die();
    const result = await run();
    await check();
    if (isHere) this.#die();
    return result;
  }

  #die(): never {
    this.#isDead = true;
    throw new Killed('The process was killed.');
  }

  #live(): void {
    if (this.#isDead) throw new Killed('The process is dead.');
  }

  /** A port whose named methods are effects; the others only end with the process. */
  guard<T extends object>(
    name: string,
    port: T,
    effects: readonly (keyof T & string)[],
    check: () => Promise<void>,
  ): T {
    return new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        const method = (member as Method).bind(target);
        return async (...args: unknown[]): Promise<unknown> => {
          this.#live();
          if (!(effects as readonly string[]).includes(String(property))) return method(...args);
          return this.#effect(`${name}.${String(property)}`, () => method(...args), check);
        };
      },
    });
  }

  #guardDocument<T>(name: string, document: Document<T>, check: () => Promise<void>): Document<T> {
    return this.guard(name, document, ['write'], check);
  }

  guardStore(store: RecordStore, check: () => Promise<void>): RecordStore {
    return {
      record: (id) => this.#guardDocument('record', store.record(id), check),
      list: (signal) => store.list(signal),
      decision: (id) => this.#guardDocument('decision', store.decision(id), check),
      listDecisions: (signal) => store.listDecisions(signal),
      reading: (id, side) => this.#guardDocument('reading', store.reading(id, side), check),
      installation: this.#guardDocument('installation', store.installation, check),
      archive: (stored, at, signal) => this.#effect('record.archive', () => store.archive(stored, at, signal), check),
      trigger: (id) => store.trigger(id),
      holds: store.holds,
      signs: store.signs,
      resources: store.resources,
      sweep: this.#guardDocument('sweep', store.sweep, check),
      routing: this.#guardDocument('routing', store.routing, check),
    };
  }
  guardBackups(backups: BackupStore, check: () => Promise<void>): BackupStore {
    const guarded = this.guard('backups', backups, ['keepExported', 'keepStream'], check);
    return {
      catalogue: (id) => this.#guardDocument('catalogue', backups.catalogue(id), check),
      listCatalogues: (signal) => guarded.listCatalogues(signal),
      findExported: (...given) => guarded.findExported(...given),
      keepExported: (...given) => guarded.keepExported(...given),
      keepStream: (...given) => guarded.keepStream(...given),
      stat: (...given) => guarded.stat(...given),
      read: (...given) => guarded.read(...given),
      hash: (...given) => guarded.hash(...given),
    };
  }
}
