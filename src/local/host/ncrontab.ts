/** NCRONTAB as the real host reads it, odd as that is; the app itself takes less of it. */

interface Field {
  readonly lowest: number;
  readonly highest: number;
  /** What the values from the lowest on may be called instead. */
  readonly names: readonly string[];
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const FIELDS: readonly Field[] = [
  { lowest: 0, highest: 59, names: [] },
  { lowest: 0, highest: 59, names: [] },
  { lowest: 0, highest: 23, names: [] },
  { lowest: 1, highest: 31, names: [] },
  { lowest: 1, highest: 12, names: MONTHS },
  { lowest: 0, highest: 6, names: DAYS },
];

const PART = /^(?:\*|([\da-z]+)(?:-([\da-z]+))?)(?:\/(\d+))?$/i;

/** The values of each field, seconds first, in order; throws for what the real host refuses. */
export function readNcrontab(expression: string): number[][] {
  const given = expression.split(' ').filter((field) => field !== '');
  // Of five fields the seconds are missing.
  const fields = given.length === FIELDS.length - 1 ? ['0', ...given] : given;
  if (fields.length !== FIELDS.length) {
    throw new Error(`'${expression}' is not an NCRONTAB expression: expected 6 fields, e.g. '0 */30 * * * *'`);
  }
  return FIELDS.map((field, index) => {
    const text = fields[index] ?? '';
    const values = text.split(',').map((part) => readPart(part, field));
    if (values.some((numbers) => numbers === null)) {
      throw new Error(`'${expression}' is not an NCRONTAB expression: '${text}' is not understood`);
    }
    return [...new Set(values.flatMap((numbers) => numbers ?? []))].sort((one, other) => one - other);
  });
}

/** Whether a field has every value that there is. */
export function isWhole(values: readonly number[], index: number): boolean {
  const field = FIELDS[index];
  return field !== undefined && values.length === field.highest - field.lowest + 1;
}

function readPart(text: string, field: Field): number[] | null {
  const match = PART.exec(text);
  if (match === null) return null;
  const [, from, to, step] = match;
  const first = from === undefined ? field.lowest : valueOf(from, field);
  // `5/15` is from 5 to the end, every 15th; a step of 0 is as good as none.
  const open = from === undefined || step !== undefined ? field.highest : first;
  const last = to === undefined ? open : valueOf(to, field);
  if (first === null || last === null) return null;
  // A range that runs backward is turned round: `FRI-SUN` is from Sunday to Friday.
  const [low, high] = [Math.min(first, last), Math.max(first, last)];
  const stride = Math.max(Number(step ?? 1), 1);
  return Array.from({ length: Math.floor((high - low) / stride) + 1 }, (_, index) => low + index * stride);
}

/** A number, or the first name that begins so. */
function valueOf(text: string, { lowest, highest, names }: Field): number | null {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number >= lowest && number <= highest ? number : null;
  }
  const named = names.findIndex((name) => name.startsWith(text.toLowerCase()));
  return named === -1 ? null : lowest + named;
}
