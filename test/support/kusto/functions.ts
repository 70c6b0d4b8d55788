import { not } from './operations.ts';
import { absent, compare, Dynamic, isNull, sortOf, Span, type Value } from './values.ts';

/** What a function may know beside its arguments. */
interface CallContext {
  readonly now: Date;
  /** The binder's, of the result. */
  readonly type: string;
}

type ScalarFunction = (args: readonly Value[], context: CallContext) => Value;

/** The scalar functions that the queries use; `iff` and `toscalar` are elsewhere, since they are no plain functions. */
export const FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  now: (_args, { now }) => now,
  ago: ([back = null], { now }) => new Date(now.getTime() - spanIn(back).ms),
  parse_json: ([text = null]) => parseJson(textIn(text)),
  tostring: ([value = null]) => toText(value),
  tolong: ([value = null]) => truncated(toNumber(value)),
  toreal: ([value = null]) => toNumber(value),
  todouble: ([value = null]) => toNumber(value),
  tobool: ([value = null]) => toBool(value),
  todatetime: ([value = null]) => toDate(value),
  isnull: ([value = null]) => isNull(noText(value)),
  isnotnull: ([value = null]) => !isNull(noText(value)),
  isempty: ([value = null]) => isEmpty(value),
  isnotempty: ([value = null]) => !isEmpty(value),
  not: ([value = null]) => not(value),
  // The first that is there; of strings, the first that is not empty.
  coalesce: (args, { type }) => args.find((value) => !isEmpty(value)) ?? absent(type),
  // What is null yields to what is not.
  max_of: (args) => extreme(args, 1),
  min_of: (args) => extreme(args, -1),
  strcat: (args) => args.map(toText).join(''),
  bin: ([value = null, size = null]) => bin(value, size),
  datetime_diff: ([unit = null, later = null, earlier = null]) => datetimeDiff(textIn(unit), later, earlier),
};

function parseJson(text: string): Dynamic {
  try {
    return new Dynamic(JSON.parse(text));
  } catch {
    // What is no JSON is taken for a string.
    return new Dynamic(text);
  }
}

function toText(value: Value): string {
  if (isNull(value)) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Dynamic) return typeof value.value === 'string' ? value.value : JSON.stringify(value.value);
  if (typeof value === 'number') return String(value);
  throw new TypeError(`How Kusto writes ${sortOf(value)} as a string is not known here.`);
}

function toNumber(value: Value): number | null {
  const plain = value instanceof Dynamic ? value.value : value;
  if (plain === null || plain === '') return null;
  if (typeof plain === 'number') return plain;
  if (typeof plain === 'string') return Number.isFinite(Number(plain)) ? Number(plain) : null;
  if (typeof plain === 'boolean') return Number(plain);
  return null;
}

function truncated(value: number | null): number | null {
  return value === null ? null : Math.trunc(value);
}

function toBool(value: Value): boolean | null {
  const plain = value instanceof Dynamic ? value.value : value;
  if (typeof plain === 'boolean') return plain;
  if (typeof plain === 'number') return plain !== 0;
  if (typeof plain === 'string') return { true: true, false: false }[plain.toLowerCase()] ?? null;
  return null;
}

function toDate(value: Value): Date | null {
  const plain = value instanceof Dynamic ? value.value : value;
  if (plain instanceof Date) return plain;
  if (typeof plain !== 'string' || Number.isNaN(Date.parse(plain))) return null;
  return new Date(plain);
}

function isEmpty(value: Value): boolean {
  return value === '' || isNull(value);
}

/** A string is never null, so that asking for it is always a mistake. */
function noText(value: Value): Value {
  if (typeof value === 'string') throw new TypeError('A string is never null in Kusto: ask isempty() or isnotempty().');
  return value;
}

function textIn(value: Value): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`Kusto wants a string here, not ${sortOf(value)}.`);
}

function spanIn(value: Value): Span {
  if (value instanceof Span) return value;
  throw new TypeError(`Kusto wants a timespan here, not ${sortOf(value)}.`);
}

function extreme(args: readonly Value[], sign: 1 | -1): Value {
  const known = args.filter((value) => !isNull(value));
  return known.reduce<Value>((best, value) => (best === null || sign * compare(value, best) > 0 ? value : best), null);
}

/** Kusto counts bins from the year 1; only those that divide a day begin where those from 1970 do. */
function bin(value: Value, size: Value): Value {
  const { ms } = spanIn(size);
  if (86_400_000 % ms !== 0) throw new Error('This evaluator knows only bins that divide a day.');
  if (value === null) return null;
  if (value instanceof Date) return new Date(Math.floor(value.getTime() / ms) * ms);
  throw new TypeError(`This evaluator makes bins of datetime, not of ${sortOf(value)}.`);
}

/** How many borders of the unit lie between. */
function datetimeDiff(unit: string, later: Value, earlier: Value): number | null {
  if (unit !== 'second') throw new Error(`This evaluator does not know datetime_diff in ${unit}.`);
  if (later === null || earlier === null) return null;
  if (!(later instanceof Date) || !(earlier instanceof Date)) throw new TypeError('datetime_diff wants two datetimes.');
  return Math.floor(later.getTime() / 1_000) - Math.floor(earlier.getTime() / 1_000);
}
