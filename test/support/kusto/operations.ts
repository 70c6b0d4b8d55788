import { absent, compare, isNull, sortOf, Span, type Value } from './values.ts';

/**
 * Equality as Kusto has it: of two nulls nothing is known, and a null differs from everything else.
 * https://learn.microsoft.com/kusto/query/scalar-data-types/null-values
 */
export function equals(left: Value, right: Value): boolean | null {
  if (isNull(left) && isNull(right)) return null;
  if (isNull(left) || isNull(right)) return false;
  return compare(left, right) === 0;
}

export function not(value: Value): boolean | null {
  const known = truthOf(value);
  return known === null ? null : !known;
}

/** False where either is, whatever the other: a null beside it changes nothing. */
function and(left: Value, right: Value): boolean | null {
  const sides = [truthOf(left), truthOf(right)];
  if (sides.includes(false)) return false;
  return sides.includes(null) ? null : true;
}

/** True where either is, whatever the other. */
function or(left: Value, right: Value): boolean | null {
  return not(and(not(left), not(right)));
}

export function truthOf(value: Value): boolean | null {
  if (value === null || typeof value === 'boolean') return value;
  throw new TypeError(`Kusto wants a bool here, not ${sortOf(value)}.`);
}

type Operation = (left: Value, right: Value) => Value;

/** Nothing is known of the order of what is null. */
function ordered(holds: (order: number) => boolean): Operation {
  return (left, right) => (isNull(left) || isNull(right) ? null : holds(compare(left, right)));
}

/** By the kind of the syntax. What has two sides and is not here is not known. */
export const BINARY: Readonly<Record<string, Operation>> = {
  EqualExpression: equals,
  NotEqualExpression: (left, right) => not(equals(left, right)),
  LessThanExpression: ordered((order) => order < 0),
  LessThanOrEqualExpression: ordered((order) => order <= 0),
  GreaterThanExpression: ordered((order) => order > 0),
  GreaterThanOrEqualExpression: ordered((order) => order >= 0),
  AndExpression: and,
  OrExpression: or,
  // Without regard to case.
  StartsWithExpression: (left, right) => textOf(left).toLowerCase().startsWith(textOf(right).toLowerCase()),
};

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`Kusto wants a string here, not ${sortOf(value)}.`);
}

/** Sums, differences, products and quotients; of what is null nothing is known. `type` is the binder's, of the result. */
export function calculate(kind: string, type: string, left: Value, right: Value): Value {
  if (isNull(left) || isNull(right)) return absent(type);
  const result = ARITHMETIC[`${kind} ${sortOf(left)} ${sortOf(right)}`]?.(left, right);
  if (result === undefined) throw new TypeError(`${kind} of ${sortOf(left)} and ${sortOf(right)} is not known here.`);
  // Two whole numbers divide to a whole number.
  return kind === 'DivideExpression' && type === 'long' ? Math.trunc(result as number) : result;
}

const number = (value: Value): number =>
  value instanceof Span ? value.ms : value instanceof Date ? value.getTime() : Number(value);
const span = (ms: number): Span => new Span(ms);
const date = (ms: number): Date => new Date(ms);

const ARITHMETIC: Readonly<Record<string, Operation>> = {
  'AddExpression number number': (left, right) => number(left) + number(right),
  'AddExpression datetime timespan': (left, right) => date(number(left) + number(right)),
  'AddExpression timespan timespan': (left, right) => span(number(left) + number(right)),
  'SubtractExpression number number': (left, right) => number(left) - number(right),
  'SubtractExpression datetime datetime': (left, right) => span(number(left) - number(right)),
  'SubtractExpression datetime timespan': (left, right) => date(number(left) - number(right)),
  'SubtractExpression timespan timespan': (left, right) => span(number(left) - number(right)),
  'MultiplyExpression number number': (left, right) => number(left) * number(right),
  'MultiplyExpression number timespan': (left, right) => span(number(left) * number(right)),
  'MultiplyExpression timespan number': (left, right) => span(number(left) * number(right)),
  'DivideExpression number number': (left, right) => number(left) / number(right),
  'DivideExpression timespan number': (left, right) => span(number(left) / number(right)),
  'DivideExpression timespan timespan': (left, right) => number(left) / number(right),
};
