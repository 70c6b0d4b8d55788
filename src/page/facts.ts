import type { ProjectReport } from '../core/status/project-report.ts';
import type { StatusReport } from '../core/status/report.ts';
import { fullness, QUOTA_SHARE } from '../core/status/thresholds.ts';
import { html, type Html, type Piece } from './html.ts';
import { terms } from './terms.ts';
import { agoTimed, timed, until } from './times.ts';
import { duration } from '../core/status/words.ts';

const UNKNOWN = 'not known';

/** What is true of the whole: sweeps, room on the secondary, notifications, backups. */
export function facts(report: StatusReport): Html {
  const now = new Date(report.generatedAt);
  const { sweep, notifications } = report;
  const boxes: readonly (readonly [string, readonly (readonly [string, Piece])[]])[] = [
    [
      'Sweeps',
      [
        ['Last completed', sweep.lastCompletedAt === null ? 'never' : agoTimed(sweep.lastCompletedAt, now)],
        ['It took', sweepDuration(sweep)],
        ['Next due', dueWords(sweep, now)],
        ['Brake', brakeWords(sweep.brake, now)],
      ],
    ],
    [
      'Resources',
      (['primary', 'secondary', 'storage'] as const).map((side) => [RESOURCES[side], answers(report, side)]),
    ],
    ['Room on the secondary', room(report)],
    [
      'Notifications and backups',
      [
        [
          'Last received',
          notifications.lastReceivedAt === null ? 'never' : agoTimed(notifications.lastReceivedAt, now),
        ],
        ['Rejected', notifications.rejected ?? UNKNOWN],
        ['Model files kept', backups(report.projects)],
      ],
    ],
  ];
  return html`<div class="facts">
    ${boxes.map(
      ([title, entries]) =>
        html`<section>
          <h3>${title}</h3>
          ${terms(entries)}
        </section> `,
    )}
  </div>`;
}

const RESOURCES = { primary: 'Primary', secondary: 'Secondary', storage: 'Storage' } as const;

/** How a resource takes calls, and when it last answered one. */
function answers({ resources, generatedAt }: StatusReport, side: keyof typeof RESOURCES): Piece {
  const { state, lastAnsweredAt } = resources[side];
  const words = state === 'answers' ? 'answers' : state === 'unknown' ? UNKNOWN : html`<b>${state}</b>`;
  const last =
    lastAnsweredAt === null ? null : html`<br /><small>${agoTimed(lastAnsweredAt, new Date(generatedAt))}</small>`;
  return html`${words}${last}`;
}

/** When the next one begins, or for how long one has been due. */
function dueWords({ nextDueAt, nextStartAt, overdue }: StatusReport['sweep'], now: Date): Piece {
  if (overdue && nextDueAt !== null) return html`${agoTimed(nextDueAt, now)}, and is overdue`;
  return nextStartAt === null ? UNKNOWN : timed(until(nextStartAt, now), nextStartAt);
}

/** How long the last sweep took from its beginning to its end. */
function sweepDuration({ lastStartedAt, lastCompletedAt, failure }: StatusReport['sweep']): Piece {
  if (lastStartedAt === null) return UNKNOWN;
  if (failure !== null) return html`<b>the last one failed</b>`;
  if (lastCompletedAt === null || Date.parse(lastCompletedAt) < Date.parse(lastStartedAt)) return 'one is under way';
  return duration((Date.parse(lastCompletedAt) - Date.parse(lastStartedAt)) / 1_000);
}

function brakeWords(brake: StatusReport['sweep']['brake'], now: Date): Piece {
  if (brake === null) return 'off';
  return html`<b>on</b> (${BRAKES[brake.kind]}), since
    ${agoTimed(brake.since, now)}${brake.confirmedAt === null ? null : ', confirmed'}`;
}

const BRAKES: Readonly<Record<NonNullable<StatusReport['sweep']['brake']>['kind'], string>> = {
  'short-list': 'the primary’s list is short',
  'one-resource': 'both endpoints are of one resource',
  'other-copies': 'the secondary holds others’ copies only',
};

function room(report: StatusReport): readonly (readonly [string, Piece])[] {
  const { targetProjects, targetProjectLimit, freeSlots, waitingForFirstCopy } = report.quota;
  const share = fullness(targetProjects, targetProjectLimit);
  const meter =
    share === null
      ? null
      : html` <meter
          min="0"
          max="1"
          high="${QUOTA_SHARE.low}"
          optimum="0"
          value="${Math.min(1, share)}"
          aria-label="full"
        >
          ${Math.round(share * 100)} %
        </meter>`;
  return [
    ['Projects (last sweep)', html`${targetProjects ?? UNKNOWN}${meter}`],
    ['It may hold', targetProjectLimit ?? UNKNOWN],
    ['Free', freeSlots ?? UNKNOWN],
    ['Waiting for a first copy', waitingForFirstCopy],
    ...report.installation.others.map(({ id, projects }) => [`Of installation ${id}`, projects] as const),
  ];
}

/** How many model files are kept of a project; null where that is not known. */
export function backupsOf({ backups }: { readonly backups: number | null }): number | null {
  return backups;
}

/** The files of all projects whose number is known. */
function backups(projects: readonly ProjectReport[]): Piece {
  const known = projects.map(backupsOf).filter((count) => count !== null);
  return known.length === 0 ? UNKNOWN : known.reduce((sum, count) => sum + count, 0);
}
