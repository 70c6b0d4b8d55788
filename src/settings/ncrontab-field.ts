import { quote } from './formats.ts';

/** One field of an NCRONTAB expression: the values that it may have. */
interface Field {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** What the values from the lowest on may be called instead, in capitals. */
  readonly names: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const FIELDS: readonly Field[] = [
  { name: 'second', lowest: 0, highest: 59, names: [] },
  { name: 'minute', lowest: 0, highest: 59, names: [] },
  { name: 'hour', lowest: 0, highest: 23, names: [] },
  { name: 'day', lowest: 1, highest: 31, names: [] },
  { name: 'month', lowest: 1, highest: 12, names: MONTHS },
  { name: 'day-of-week', lowest: 0, highest: 6, names: DAYS },
];

export interface FieldValues {
  /** In order, each once. */
  readonly numbers: readonly number[];
  /** The same as any cron reads it: a star where it is all of them, else their list. */
  readonly pattern: string;
}

type Problem = { readonly problem: string };

const VALUE = String.raw`(\d+|[a-z]{3})`;
const PART = new RegExp(`^(?:(\\*)|${VALUE}(?:-${VALUE})?)(?:/(\\d+))?$`, 'i');

/** A list of so many values is written out; of more, ranges are shorter. */
const LONGEST_LIST = 4;

/** The values of a field, or what is wrong with it and what to write instead. */
export function readField(text: string, field: Field): { readonly values: FieldValues } | Problem {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const read = readPart(part, field);
    if ('problem' in read) return read;
    for (const number of read.numbers) numbers.add(number);
  }
  const sorted = [...numbers].sort((one, other) => one - other);
  const isAll = sorted.length === field.highest - field.lowest + 1;
  return { values: { numbers: sorted, pattern: isAll ? '*' : sorted.join(',') } };
}

function readPart(text: string, field: Field): { readonly numbers: readonly number[] } | Problem {
  const [, star, from = '', to, step] = PART.exec(text) ?? [];
  const bad = { problem: `has ${quote(text)} for the ${field.name}.` };
  if (star === undefined && from === '') return bad;
  const first = star === undefined ? numberOf(from, field) : field.lowest;
  // `5/15` is from 5 to the end, every 15th.
  const open = star !== undefined || step !== undefined ? field.highest : first;
  const last = to === undefined ? open : numberOf(to, field);
  if (first === null || last === null) return bad;
  const stride = step === undefined ? 1 : Number(step);
  const width = field.highest - field.lowest + 1;
  // The host takes a step of none for one of 1, and one beyond the field for none at all.
  if (stride < 1 || stride > width)
    return { problem: `${bad.problem.slice(0, -1)}, whose step is not from 1 to ${width}.` };
  return first <= last ? { numbers: every(stride, first, last) } : backwards(text, first, last, stride, field);
}

function numberOf(text: string, { lowest, highest, names }: Field): number | null {
  const named = names.indexOf(text.toUpperCase());
  if (named !== -1) return lowest + named;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  return number >= lowest && number <= highest ? number : null;
}

function every(stride: number, first: number, last: number): number[] {
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => first + index * stride);
}

/** The host turns such a range round: from its lower end to its upper one, which is hardly ever what it is meant to be. */
function backwards(text: string, first: number, last: number, stride: number, field: Field): Problem {
  const { name, lowest, highest, names } = field;
  const width = highest - lowest + 1;
  const meant = every(stride, first, last + width).map((number) => ((number - lowest) % width) + lowest);
  const isNamed = /[a-z]/i.test(text);
  const spell = (number: number): string => (isNamed ? names[number - lowest] : undefined) ?? String(number);
  const range = (from: number, to: number): string => (from === to ? spell(from) : `${spell(from)}-${spell(to)}`);
  const list = (): string =>
    stride === 1 && meant.length > LONGEST_LIST
      ? `${range(first, highest)},${range(lowest, last)}`
      : meant.map(spell).join(',');
  const instead = meant.length === width ? '*' : list();
  return { problem: `has ${quote(text)} for the ${name}, a range that runs backwards: write ${instead}.` };
}
