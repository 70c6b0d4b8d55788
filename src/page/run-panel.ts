import { ageInSeconds } from '../core/facts/time.ts';
import type { ReplicaRecord, Run } from '../core/facts/record.ts';
import { importBeganAt, runInProgress, stageOf } from '../core/facts/run-stage.ts';
import { takesTooLong } from '../core/status/thresholds.ts';
import { html, quoting, type Html, type Piece } from './html.ts';
import { agoTimed, timed, until } from './times.ts';
import { duration } from '../core/status/words.ts';

/** The way of a copy that nothing happens to. */
const WAY = ['importing', 'marking', 'verifying', 'naming', 'switching'] as const;

/** The copy in the making, step by step; nothing where there is none. */
export function runPanel(record: ReplicaRecord, now: Date): Piece {
  const run = runInProgress(record);
  const { wake } = record;
  if (run === null) return null;
  const looking = wake === null ? null : html` It is looked at again ${timed(until(wake.dueAt, now), wake.dueAt)}.`;
  return html`<section aria-labelledby="run">
    <h2 id="run">In progress</h2>
    <div class="panel">
      <p>A copy has been in the making since ${agoTimed(run.startedAt, now)}. ${progress(run, now)}${looking}</p>
      ${stages(stageOf(run))}
    </div>
  </section>`;
}

/** A detour, such as the search for a lost import, stands where it left the way. */
function stages(stage: string): Html {
  const detours: Readonly<Record<string, (typeof WAY)[number]>> = { 'looking-for-import': 'importing' };
  const reached = WAY.findIndex((step) => step === (detours[stage] ?? stage));
  if (reached === -1)
    return html`<ol class="stages">
      <li aria-current="step">${stage}</li>
    </ol>`;
  return html`<ol class="stages">
    ${WAY.map((step, index) => {
      if (index === reached) return html`<li aria-current="step">${stage.replaceAll('-', ' ')}</li> `;
      return html`<li class="${index < reached ? 'past' : 'ahead'}">${step}</li> `;
    })}
  </ol>`;
}

function progress(run: Run, now: Date): Piece {
  const { intent, importedAt, discard } = run;
  if (discard !== null) return html`It is given up (<code>${discard.code}</code>): ${quoting(discard.message)}`;
  if (intent === null || importedAt !== null) return null;
  const taken = ageInSeconds(importBeganAt(run), now);
  const estimate = intent.estimatedImportInSeconds;
  if (estimate === null) return `Its import was asked for ${duration(taken)} ago.`;
  const doubt = takesTooLong(taken, estimate) ? html` <b class="doubt">That is far beyond the estimate.</b>` : null;
  return html`Its import was asked for ${duration(taken)} ago, and was estimated to take ${duration(estimate)}.${doubt}`;
}
