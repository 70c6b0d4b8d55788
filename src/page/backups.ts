import type { Backup, BackupFailure, Catalogue } from '../core/backups/catalogue.ts';
import { sizeWords } from '../core/status/words.ts';
import { BACKUP_CONTAINER } from '../core/facts/storage-names.ts';
import { html, nameOf, nothing, quoting, type Html, type Piece } from './html.ts';
import { cell, table } from './table.ts';
import { agoTimed, timed, until } from './times.ts';

const STATES: Readonly<Record<Backup['state'], Piece>> = {
  ok: 'in order',
  missing: html`<b class="doubt">gone</b>`,
  mismatch: html`<b class="doubt">not what was backed up</b>`,
};

/** Every model backup with what tells that it is one, the newest first, and what keeps others from being made. */
export function backupsTable(catalogue: Catalogue | null, now: Date): Html {
  if (catalogue === null) return html`<p class="calm">None was looked for.</p>`;
  const { backups, failures, notExportable } = catalogue;
  const names = notExportable.map(({ iterationName }) => iterationName).join(', ');
  const left =
    names === '' ? null : html`<p class="note">The service can’t export ${quoting(names)}: no compact domain.</p>`;
  const list =
    backups.length === 0
      ? html`<p class="calm">There is none.</p>`
      : table(
          'Model backups of this project, the newest first',
          ['Model', 'State', 'Size', 'SHA-256', 'Hashed', `In container ${BACKUP_CONTAINER}`],
          backups.map((backup) => backupRow(backup, now)).reverse(),
        );
  return html`${list} ${left} ${failures.map((failure) => failureWords(failure, now))}`;
}

function backupRow(backup: Backup, now: Date): Html {
  const { iterationName, platform, flavor, state, sizeInBytes, sha256, hashedAt, recordedAt, blob } = backup;
  return html`<tr role="row" class="${state === 'ok' ? 'rest' : 'stuck'}">
    <th role="rowheader" scope="row">
      ${nameOf(iterationName)} <small>${quoting([platform, flavor].filter((part) => part !== null).join(', '))}</small
      ><br /><small>kept ${agoTimed(recordedAt, now)}</small>
    </th>
    ${cell('State', STATES[state])}
    ${cell('Size', html`<span class="whole" title="${sizeInBytes} bytes">${sizeWords(sizeInBytes)}</span>`)}
    ${cell('SHA-256', html`<code class="whole" title="${sha256}">${sha256.slice(0, 12)}…</code>`)}
    ${cell('Hashed', agoTimed(hashedAt, now))} ${cell('Blob', html`<code>${quoting(blob)}</code>`)}
  </tr> `;
}

function failureWords(
  { iterationName, platform, code, message, hint, nextAttemptAt, since }: BackupFailure,
  now: Date,
) {
  const which = [iterationName, platform].filter((part) => part !== null).join(', ');
  const next = nextAttemptAt === null ? null : html` Next try: ${timed(until(nextAttemptAt, now), nextAttemptAt)}.`;
  return html`<p class="note">
    ${which === '' ? nothing('the whole project') : quoting(which)}: <code>${quoting(code)}</code> ${quoting(message)}
    ${quoting(hint)} Since ${agoTimed(since, now)}.${next}
  </p> `;
}
