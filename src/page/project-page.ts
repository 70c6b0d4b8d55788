import type { ProjectReport, ProjectStory } from '../core/status/project-report.ts';
import type { Attention } from '../core/status/attention-entry.ts';
import { standingOf } from '../core/status/standing.ts';
import type { StatusReport } from '../core/status/report.ts';
import { backupsTable } from './backups.ts';
import { attentionList } from './attention-list.ts';
import { groupsOf } from './attention-groups.ts';
import { copiesTable, differencesTable } from './copies.ts';
import { divergencePanel } from './divergence-panel.ts';
import { documentOf } from './document.ts';
import { terms } from './terms.ts';
import { html, joined, nameOf, quoting, type Html, type Piece } from './html.ts';
import { historyList, type Past } from './history-list.ts';
import { lagBar } from './lag-bar.ts';
import { proof } from './project-table.ts';
import { runPanel } from './run-panel.ts';
import type { PageOptions } from './status-page.ts';
import { syncWords, waitWords } from './sync-words.ts';
import { timeline } from './timeline.ts';
import { duration } from '../core/status/words.ts';
import { agoTimed } from './times.ts';

/** One project's story as a page, the whole document; `report` is the status of the same moment, `past` its history. */
export function projectPage(
  story: ProjectStory,
  report: StatusReport,
  past: Past,
  { isLinked }: Pick<PageOptions, 'isLinked'>,
): string {
  const now = new Date(report.generatedAt);
  const attention = report.attention.filter(({ projectId }) => projectId === story.id);
  return documentOf({
    title: `${story.name} · ${story.sync}`,
    installation: report.app,
    standing: standingOf(attention),
    generatedAt: report.generatedAt,
    main: html`${head(story, attention, isLinked, now)} ${trouble(attention, now)}
      ${divergencePanel(story.divergence, now)} ${runPanel(story.record, now)}
      <div class="pair">${sourcePanel(story, now)} ${copyPanel(story, report, now)}</div>
      <section aria-labelledby="copies">
        <h2 id="copies">Copies on the secondary</h2>
        ${copiesTable(story, now)}
      </section>
      ${evidence(story)}
      <section aria-labelledby="backups">
        <h2 id="backups">Model backups</h2>
        ${backupsTable(story.catalogue, now)}
      </section>
      <section aria-labelledby="timeline">
        <h2 id="timeline">Latest and next</h2>
        ${timeline(story, now)}
      </section>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        ${historyList(past, isLinked ? `${encodeURIComponent(story.id)}/history` : null)}
      </section>`,
  });
}

function head(story: ProjectStory, attention: readonly Attention[], isLinked: boolean, now: Date): Html {
  const up = isLinked ? html`<p class="up"><a href="../status">All projects</a></p>` : null;
  const sentence =
    attention.length === 0
      ? story.sync === 'excluded'
        ? 'It is out of scope: nothing is done about it.'
        : 'Nothing is wrong with it.'
      : null;
  return html`<header class="verdict ${standingOf(attention)}">
    ${up}
    <h1>
      <span class="claim">${nameOf(story.name)}</span>
      <span class="claim">${syncWords(story)}${asOf(story, now)}</span> ${readiness(story)}
    </h1>
    ${sentence === null ? null : html`<p class="first">${sentence}</p>`}
    <p><code>${story.id}</code></p>
  </header>`;
}

/** A copy that is in sync is so as of the last look at its source: what was changed since is not in it. */
function asOf({ sync, observedAt }: ProjectReport, now: Date): Piece {
  return sync !== 'in-sync' || observedAt === null ? null : html` <small>as of ${agoTimed(observedAt, now)}</small>`;
}

function readiness({ sync, readiness: { state } }: ProjectReport): Piece {
  if (sync === 'excluded') return null;
  if (state === 'nothing-served') return html`<span class="claim">serves nothing</span>`;
  return state === 'ready'
    ? html`<span class="claim">ready to fail over</span>`
    : html`<span class="claim warning">not ready to fail over</span>`;
}

function trouble(attention: readonly Attention[], now: Date): Piece {
  if (attention.length === 0) return null;
  return html`<section aria-labelledby="attention">
    <h2 id="attention">Needs attention</h2>
    ${attentionList(groupsOf(attention), now, null)}
  </section>`;
}

function sourcePanel({ record }: ProjectStory, now: Date): Html {
  const { source, inSyncAt, labelsSeenAt } = record;
  const names = (source?.publications ?? []).map(
    ({ iteration, publishName }) => html`${nameOf(publishName)} (${nameOf(iteration)})`,
  );
  return html`<section aria-labelledby="source">
    <h2 id="source">Source, on the primary</h2>
    <div class="panel">
      ${terms([
        ['Last look', source === null ? 'never' : agoTimed(source.observedAt, now)],
        [
          'Revision',
          source === null
            ? 'not known'
            : html`<code title="${source.revision}">${shortRevision(source.revision)}</code>`,
        ],
        ['Trained iterations', source === null ? 'not known' : source.iterations.length],
        ['Published', source === null ? 'not known' : names.length === 0 ? 'no' : joined(names, ', ')],
        ['Last found in sync', inSyncAt === null ? 'never' : agoTimed(inSyncAt, now)],
        ['Labels last compared', labelsSeenAt === null ? 'never' : agoTimed(labelsSeenAt, now)],
      ])}
    </div>
  </section>`;
}

function copyPanel(story: ProjectStory, report: StatusReport, now: Date): Html {
  const { replica, lagSeconds, atRiskSeconds } = story;
  const published = replica?.publishedAs.map((publishName) => nameOf(publishName)) ?? [];
  return html`<section aria-labelledby="copy">
    <h2 id="copy">Current copy, on the secondary</h2>
    <div class="panel">
      ${terms([
        ['Project', replica === null ? 'none' : html`<code>${replica.projectId}</code>`],
        ['At risk now', lagBar(atRiskSeconds, report.summary.recoveryPointObjectiveSeconds)],
        ['Lag at the last look', lagSeconds === null ? 'not known' : lagSeconds === 0 ? 'none' : duration(lagSeconds)],
        ['Proof', proof(story, now)],
        ['Published as', published.length === 0 ? 'not published' : joined(published, ', ')],
        ['Fail-over', readinessWords(story)],
        ...(story.frozen === null ? [] : [['Frozen', frozenWords(story.frozen, now)] as const]),
        ['Waits for', waitWords(story, now, report.sweep.nextStartAt)],
      ])}
    </div>
  </section>`;
}

function frozenWords({ since, by, reason, heldBack }: NonNullable<ProjectStory['frozen']>, now: Date): Piece {
  return html`by ${quoting(by)}, ${agoTimed(since, now)}:
  ${quoting(reason)}${heldBack === null ? null : html`; held back: ${heldBack}`}`;
}

/** What was found to differ, which an import may do to a project without the copy being any worse for it. */
function evidence({ record }: ProjectStory): Piece {
  const lists = [
    ...record.generations.map(({ name, differences }) => ({
      title: html`Between ${nameOf(name)} and its export`,
      differences,
    })),
    { title: html`What the last copy that was given up lacked`, differences: record.lastLacking },
  ].filter(({ differences }) => differences.length > 0);
  if (lists.length === 0) return null;
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">Differences kept as evidence</h2>
    ${lists.map(({ title, differences }) => differencesTable(title, differences))}
  </section>`;
}

/** Enough of a revision to tell two apart. */
function shortRevision(revision: string): string {
  return revision.slice(0, 'r1-'.length + 8);
}

function readinessWords({ readiness: { state, reasons } }: ProjectReport): Piece {
  if (state === 'ready') return 'ready';
  return state === 'nothing-served' ? 'nothing is published on the primary' : quoting(reasons.join('; '));
}
