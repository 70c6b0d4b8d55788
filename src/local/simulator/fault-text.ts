import type { FaultAction, FaultOrder } from './faults.ts';

const FORM = 'OPERATION:KIND[=VALUE][:TIMES]';

/** The kinds as they are written on a command line; those that need a value say which. */
const KINDS: Readonly<Record<string, (value: number) => FaultActionInput>> = {
  'status=CODE': (status) => ({ kind: 'answer', status }),
  'nested=CODE': (status) => ({ kind: 'answer', status, shape: 'nested' }),
  'html=CODE': (status) => ({ kind: 'answer', status, shape: 'html' }),
  'empty=CODE': (status) => ({ kind: 'answer', status, shape: 'empty' }),
  'status-after-effect=CODE': (status) => ({ kind: 'answer', status, effect: 'done' }),
  'throttle=SECONDS': (afterInSeconds) => ({ kind: 'throttle', afterInSeconds }),
  'throttle-header=SECONDS': (afterInSeconds) => ({ kind: 'throttle', afterInSeconds, toldBy: 'header' }),
  'throttle-text=SECONDS': (afterInSeconds) => ({ kind: 'throttle', afterInSeconds, toldBy: 'text' }),
  'delay=MILLISECONDS': (delayInMs) => ({ kind: 'delay', delayInMs }),
  'late-effect=SECONDS': (lateInSeconds) => ({ kind: 'late-effect', lateInMs: lateInSeconds * 1000 }),
  timeout: () => ({ kind: 'timeout' }),
  'timeout-after-effect': () => ({ kind: 'timeout', effect: 'done' }),
  'drop-before-effect': () => ({ kind: 'drop' }),
  'drop-after-effect': () => ({ kind: 'drop', effect: 'done' }),
  truncate: () => ({ kind: 'truncate' }),
  'not-json': () => ({ kind: 'not-json' }),
  stale: () => ({ kind: 'stale' }),
  twice: () => ({ kind: 'twice' }),
  'ends-failed': () => ({ kind: 'ends-failed' }),
  'never-ends': () => ({ kind: 'never-ends' }),
};

type FaultActionInput = Partial<FaultAction> & Pick<FaultAction, 'kind'>;

/** The kinds that there are, as help text. */
export const FAULT_KINDS: readonly string[] = Object.keys(KINDS);

/** Reads `ImportProject:drop-after-effect:1` and the like; throws a RangeError that says what is expected. */
export function parseFault(text: string): FaultOrder {
  const [operation = '', spec = '', times = '1', ...rest] = text.split(':');
  const [name = '', value] = spec.split('=');
  const kind = FAULT_KINDS.find((candidate) => candidate.split('=')[0] === name);
  const make = kind === undefined ? undefined : KINDS[kind];
  if (kind === undefined || make === undefined || rest.length > 0) {
    throw new RangeError(`"${text}" is not a fault. Expected ${FORM}, KIND being one of: ${FAULT_KINDS.join(', ')}.`);
  }
  const number = Number(value);
  if (kind.includes('=') !== (value !== undefined) || (value !== undefined && !(value !== '' && number >= 0))) {
    throw new RangeError(`"${text}" is not a fault. Expected ${kind}${kind.includes('=') ? ', a number' : ''}.`);
  }
  if (times !== 'always' && !/^[1-9]\d*$/.test(times)) {
    throw new RangeError(`"${text}" is not a fault. Expected TIMES to be a number from 1, or "always".`);
  }
  return { operation, times: times === 'always' ? times : Number(times), ...make(number) } as FaultOrder;
}
