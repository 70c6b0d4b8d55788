import { ago, duration } from '../core/status/words.ts';
import { html, type Html } from './html.ts';

/** When a time comes, in words; one that has come is due. */
export function until(time: string, now: Date): string {
  const seconds = Math.ceil((Date.parse(time) - now.getTime()) / 1_000);
  return seconds > 0 ? `in ${duration(seconds)}` : 'now';
}

/** The time itself, to the second, in UTC. */
export function clockTime(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Words for a time, with the time itself behind them. */
export function timed(words: string, time: string): Html {
  return html`<time datetime="${time}" title="${clockTime(time)}">${words}</time>`;
}

export function agoTimed(time: string, now: Date): Html {
  return timed(ago(time, now), time);
}
