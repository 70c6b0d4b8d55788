/** A length of time. Kusto counts in ticks of 100 ns; milliseconds are enough for what is logged. */
export class Span {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A value inside JSON; `null` for what is not there. Kusto compares and counts with it only after a conversion. */
export class Dynamic {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value ?? null;
  }
}

/** A scalar of Kusto: `datetime` is a Date. A string is never null. */
export type Value = null | string | number | boolean | Date | Span | Dynamic;

export interface Column {
  readonly name: string;
  /** As the binder names it: `long`, `string`, … */
  readonly type: string;
}

export type Row = readonly Value[];

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** What stands where there is no value: strings have no null. */
export function absent(type: string): Value {
  return type === 'string' ? '' : null;
}

export function isNull(value: Value): boolean {
  return value === null || (value instanceof Dynamic && value.value === null);
}

/** For a key of a group or a join; values of one column have one type. */
export function keyOf(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Date) return `datetime ${value.getTime()}`;
  if (value instanceof Span) return `timespan ${value.ms}`;
  if (value instanceof Dynamic) throw new Error('Kusto groups and joins by scalars: convert the dynamic value first.');
  return `${typeof value} ${String(value)}`;
}

/** The order of two values of one type, neither of them null. @throws {TypeError} where Kusto would not compare them */
export function compare(left: Value, right: Value): number {
  const [first, second] = [comparable(left), comparable(right)];
  if (typeof first === 'string' && typeof second === 'string') return first < second ? -1 : first > second ? 1 : 0;
  if (typeof first === 'number' && typeof second === 'number' && sortOf(left) === sortOf(right)) return first - second;
  throw new TypeError(`Kusto does not compare ${sortOf(left)} with ${sortOf(right)}.`);
}

function comparable(value: Value): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.getTime();
  if (value instanceof Span) return value.ms;
  throw new TypeError(`Kusto does not compare ${sortOf(value)}: convert it first.`);
}

export function sortOf(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Date) return 'datetime';
  if (value instanceof Span) return 'timespan';
  if (value instanceof Dynamic) return 'dynamic';
  return typeof value;
}

const MS_IN_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A timespan as a literal writes it: `30m`, `1.5h`. */
export function spanOf(text: string): Span {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = MS_IN_UNIT[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new Error(`This evaluator does not know the timespan ${text}.`);
  return new Span(Number(match[1]) * unit);
}
