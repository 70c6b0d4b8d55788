import { ageInSeconds } from '../facts/time.ts';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** From this many of the larger unit on, the smaller one is left out: `12 d`, not `12 d 3 h`. */
const ENOUGH_ALONE = 10;

/** Whole seconds for people: `34 s`, `2 h 10 min`, `12 d`. */
export function duration(seconds: number): string {
  return worded(seconds, ENOUGH_ALONE);
}

/** How long ago a time was, in words; coarser than `duration`. */
export function ago(time: string, now: Date): string {
  return `${worded(ageInSeconds(time, now), 2)} ago`;
}

function worded(seconds: number, enoughAlone: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const largest = UNITS.findIndex(([, size]) => whole >= size);
  const [[unit, size] = ['s', 1], next] = largest === -1 ? [] : UNITS.slice(largest);
  const count = Math.floor(whole / size);
  const rest = next === undefined || count >= enoughAlone ? 0 : Math.floor((whole - count * size) / next[1]);
  return next === undefined || rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${next[0]}`;
}

const SIZES = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

/** Bytes for people: `512 MB`, `1.4 GB`. */
export function sizeWords(bytes: number): string {
  const [unit, least] = SIZES.find(([, smallest]) => bytes >= smallest) ?? ['B', 1];
  const amount = bytes / least;
  return `${amount < 10 && least > 1 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

/** A time of the same day as `23:34 UTC`, any other with its date. */
export function clockTime(time: string, now: Date): string {
  const text = new Date(time).toISOString();
  const clock = `${text.slice(11, 16)} UTC`;
  return text.slice(0, 10) === now.toISOString().slice(0, 10) ? clock : `${text.slice(0, 10)} ${clock}`;
}
