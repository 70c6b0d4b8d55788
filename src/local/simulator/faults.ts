import { z } from 'zod';

const effect = z.enum(['none', 'done']).default('none');

const action = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    shape: z.enum(['flat', 'nested', 'status-code', 'html', 'empty']).default('flat'),
    code: z.string().default('ErrorUnknown'),
    message: z.string().default('The simulator was told to fail.'),
    headers: z.record(z.string(), z.string()).default({}),
    effect,
  }),
  z.strictObject({
    kind: z.literal('throttle'),
    afterInSeconds: z.int().min(0).default(1),
    toldBy: z.enum(['both', 'header', 'text']).optional(),
  }),
  z.strictObject({ kind: z.literal('delay'), delayInMs: z.number().min(0) }),
  z.strictObject({ kind: z.literal('timeout'), effect }),
  z.strictObject({ kind: z.literal('drop'), effect }),
  z.strictObject({ kind: z.literal('late-effect'), lateInMs: z.number().min(0) }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('not-json') }),
  z.strictObject({ kind: z.literal('stale') }),
  z.strictObject({ kind: z.literal('twice') }),
  z.strictObject({ kind: z.literal('ends-failed'), keepShare: z.number().min(0).max(1).default(0.5) }),
  z.strictObject({ kind: z.literal('never-ends') }),
]);

const order = z.intersection(
  z.object({
    /** An operation's name, e.g. `ImportProject`; `*` is every operation. */
    operation: z.string(),
    times: z.union([z.int().min(1), z.literal('always')]).default(1),
    /** How many matching calls to let through first. */
    skip: z.int().min(0).default(0),
    /** Only calls whose path and query hold this text. */
    pathContains: z.string().optional(),
  }),
  action,
);

/** A fault as it is ordered; see docs/simulator.md for what each kind does. */
export type FaultOrder = z.input<typeof order>;
export type FaultAction = z.infer<typeof action>;
export type Fault = z.infer<typeof order>;

const MOST_FAULTS = 1000;

/** What begins something in the background, and so can be told how that is to end. */
const BEGINNERS = ['ImportProject', 'TrainProject', 'ExportIteration'];

interface Pending {
  readonly fault: Fault;
  skip: number;
  left: number;
}

/** The faults that are ordered and not used up. For each call the first that matches is used. */
export class Faults {
  readonly #operations: ReadonlySet<string>;
  #pending: Pending[] = [];

  constructor(operations: Iterable<string>) {
    this.#operations = new Set(operations);
  }

  /** Orders a fault; throws a RangeError for one that can't be. */
  order(given: FaultOrder): Fault {
    const fault = this.check(given);
    if (this.#pending.length >= MOST_FAULTS) throw new RangeError(`At most ${MOST_FAULTS} faults can be ordered.`);
    const left = fault.times === 'always' ? Infinity : fault.times;
    this.#pending.push({ fault, skip: fault.skip, left });
    return fault;
  }

  /** Reads an order without placing it. */
  check(given: unknown): Fault {
    const parsed = order.safeParse(given);
    if (!parsed.success) throw new RangeError(`This is not a fault: ${z.prettifyError(parsed.error)}`);
    const { operation, kind } = parsed.data;
    if (operation !== '*' && !this.#operations.has(operation)) {
      throw new RangeError(`There is no operation "${operation}". There are: ${[...this.#operations].join(', ')}.`);
    }
    if (kind === 'stale' && operation !== 'GetProjects') {
      throw new RangeError('Only GetProjects can be stale.');
    }
    if ((kind === 'ends-failed' || kind === 'never-ends') && !BEGINNERS.includes(operation)) {
      throw new RangeError(`Only ${BEGINNERS.join(', ')} can be told how they end.`);
    }
    return parsed.data;
  }

  /** The fault that this call is to suffer, if any; it counts as used. */
  take(operation: string, path: string): Fault | null {
    for (const pending of this.#pending) {
      const { fault } = pending;
      const matches =
        (fault.operation === '*' || fault.operation === operation) && path.includes(fault.pathContains ?? '');
      if (!matches) continue;
      if (pending.skip > 0) {
        pending.skip -= 1;
        continue;
      }
      pending.left -= 1;
      if (pending.left <= 0) this.#pending = this.#pending.filter((other) => other !== pending);
      return fault;
    }
    return null;
  }

  /** What is ordered and not used up. */
  get list(): readonly Fault[] {
    return this.#pending.map(({ fault }) => fault);
  }

  clear(): void {
    this.#pending = [];
  }
}
