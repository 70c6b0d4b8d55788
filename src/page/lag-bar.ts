import { againstObjective } from '../core/status/thresholds.ts';
import { html, nothing, type Html } from './html.ts';
import { duration } from '../core/status/words.ts';

const WIDTH = 100;
/** Where the objective stands on the bar; what is beyond it has the rest, and is cut off at the end. */
const OBJECTIVE_AT = 75;
const STANDINGS = { beyond: 'critical', near: 'warning', far: 'good' } as const;

/** What failing over would lose against the objective, in words and, for those who see it, as a bar with a line where the objective is. */
export function lagBar(lagSeconds: number | null, objectiveInSeconds: number | null): Html {
  if (lagSeconds === null) return nothing('not known');
  const words = lagSeconds === 0 ? 'none' : duration(lagSeconds);
  if (objectiveInSeconds === null || objectiveInSeconds <= 0) return html`<span class="lag">${words}</span>`;
  const share = lagSeconds / objectiveInSeconds;
  const standing = STANDINGS[againstObjective(lagSeconds, objectiveInSeconds) ?? 'far'];
  // A sliver is still to be seen.
  const filled = lagSeconds === 0 ? 0 : Math.min(WIDTH, Math.max(2, Math.round(share * OBJECTIVE_AT)));
  const beyond = share > 1 ? html` <b class="over">over ${duration(objectiveInSeconds)}</b>` : null;
  return html`<span class="lag">${words}${beyond}</span>
    <svg class="bar ${standing}" viewBox="0 0 ${WIDTH} 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="${WIDTH}" height="6" rx="2" />
      <rect class="fill" width="${filled}" height="6" rx="2" />
      <rect class="mark" x="${OBJECTIVE_AT}" width="1" height="6" />
    </svg>`;
}
