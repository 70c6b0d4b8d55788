import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Backup, Catalogue } from '../../core/backups/catalogue.ts';
import { sameText } from '../../core/backups/catalogue.ts';
import { ReplicationFailure } from '../../core/facts/failure.ts';
import { sizeWords } from '../../core/status/words.ts';
import type { OpenApp } from '../../app/app.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { projectNamed } from '../names.ts';
import { Progress } from '../progress.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { readStored } from '../../app/queries.ts';

export interface BackupOptions {
  readonly latest?: true;
  readonly platform?: string;
  readonly iteration?: string;
  readonly output?: string;
}

/** The model backups that there are, newest last. */
export async function listBackups(
  session: Session,
  name: string | undefined,
  options: BackupOptions,
): Promise<ExitCode> {
  const { printer } = session;
  const found = (await catalogues(session.open(), name)).flatMap(({ backups }) => chosen(backups, options));
  printer.json({ backups: found });
  if (found.length === 0) printer.line('There are no such backups.');
  const head = ['project', 'iteration', 'platform', 'size', 'recorded', 'verified', 'state', 'sha256', 'blob'];
  printer.table(head, found.map(rowOf));
  return found.every(({ state }) => state === 'ok') ? EXIT.ok : EXIT.failed;
}

/** `model-backups` is the container that each blob lies in. */
function rowOf(backup: Backup): string[] {
  const { sourceProjectName, iterationName, sizeInBytes, recordedAt, verifiedAt, state, sha256, blob } = backup;
  const day = (time: string): string => time.slice(0, 10);
  const hash = sha256.slice(0, 12);
  return [
    ...[sourceProjectName, iterationName, platformOf(backup), sizeWords(sizeInBytes)],
    ...[day(recordedAt), day(verifiedAt), state, hash, blob],
  ];
}

const platformOf = ({ platform, flavor }: Backup): string => (flavor === null ? platform : `${platform}:${flavor}`);

/** Fetches one backup, whole or not at all: its hash is that of the catalogue, or no file is left. */
export async function getBackup(session: Session, name: string, options: BackupOptions): Promise<ExitCode> {
  const opened = session.open();
  const backup = theOne(
    name,
    (await catalogues(opened, name)).flatMap(({ backups }) => chosen(backups, options)),
    options,
  );
  const path = options.output ?? fileNameOf(backup);
  if (existsSync(path)) throw new UsageError(`${path} is there already. Give another name with --output.`);
  const partial = `${path}.partial`;
  try {
    const sha256 = await fetchPackage(session, opened, backup, partial);
    if (sha256 !== backup.sha256) throw changed(backup);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  session.printer.json({ path, sha256: backup.sha256, sizeInBytes: backup.sizeInBytes, backup });
  session.printer.line(`${path}: ${sizeWords(backup.sizeInBytes)}, SHA-256 ${backup.sha256} as catalogued.`);
  return EXIT.ok;
}

async function fetchPackage(
  { printer }: Session,
  { backups: { backups } }: OpenApp,
  { blob, sizeInBytes }: Backup,
  path: string,
): Promise<string> {
  const signal = new AbortController().signal;
  const content = await backups.read(blob, signal);
  if (content === null) throw gone(blob);
  const hash = createHash('sha256');
  const progress = new Progress(printer);
  let fetched = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const block of content) {
      hash.update(block);
      fetched += block.length;
      progress.show(
        `${sizeWords(fetched)} of ${sizeWords(sizeInBytes)}, ${Math.floor((fetched / sizeInBytes) * 100)} %`,
      );
      yield block;
    }
  };
  try {
    await pipeline(counted, createWriteStream(path));
  } finally {
    progress.end();
  }
  return hash.digest('hex');
}

/** Reads each backup and compares its hash with the catalogue's; changes nothing. */
export async function verifyBackups(
  session: Session,
  name: string | undefined,
  options: BackupOptions,
): Promise<ExitCode> {
  const opened = session.open();
  const { printer } = session;
  const all = (await catalogues(opened, name)).flatMap(({ backups }) => chosen(backups, options));
  const results: Backup[] = [];
  const progress = new Progress(printer);
  for (const [nth, backup] of all.entries()) {
    progress.show(`${nth + 1} of ${all.length}: ${backup.blob}, ${sizeWords(backup.sizeInBytes)}`);
    const found = await opened.backups.backups.hash(backup.blob, new AbortController().signal);
    results.push({ ...backup, state: stateOf(backup, found?.sha256 ?? null) });
  }
  progress.end();
  printer.json({ backups: results });
  const bad = results.filter(({ state }) => state !== 'ok');
  printer.table(['project', 'iteration', 'platform', 'state', 'blob'], bad.map(faultOf));
  printer.line(`${results.length - bad.length} of ${results.length} backups are there as they were catalogued.`);
  return bad.length === 0 ? EXIT.ok : EXIT.failed;
}

function stateOf(backup: Backup, sha256: string | null): Backup['state'] {
  if (sha256 === null) return 'missing';
  return sha256 === backup.sha256 ? 'ok' : 'mismatch';
}

function faultOf(backup: Backup): string[] {
  return [backup.sourceProjectName, backup.iterationName, platformOf(backup), backup.state, backup.blob];
}

/** Of one project, or of all. Backups outlive their project, and its record. */
async function catalogues(opened: OpenApp, name: string | undefined): Promise<Catalogue[]> {
  const { catalogues: stored } = await readStored(opened);
  const all = [...stored.catalogues.values()];
  if (name === undefined) return all;
  const known = all.map((catalogue) => ({ id: catalogue.sourceProjectId, name: catalogue.name, catalogue }));
  return [projectNamed(name, known).catalogue];
}

function chosen(backups: readonly Backup[], { latest, platform, iteration }: BackupOptions): Backup[] {
  const fitting = backups.filter(
    (backup) =>
      (platform === undefined || sameText(backup.platform, platform) || sameText(platformOf(backup), platform)) &&
      (iteration === undefined || backup.iterationName === iteration || backup.iterationId === iteration.toLowerCase()),
  );
  if (latest !== true) return fitting;
  const trained = (backup: Backup): string => backup.trainedAt ?? backup.recordedAt;
  const newest = fitting.reduce<string>((most, backup) => (trained(backup) > most ? trained(backup) : most), '');
  return fitting.filter((backup) => trained(backup) === newest);
}

function theOne(name: string, found: readonly Backup[], { latest }: BackupOptions): Backup {
  const [only, ...others] = found;
  if (only === undefined)
    throw new UsageError(`${name} has no such backup: cvr backups ls ${name} lists what there is.`);
  if (others.length === 0) return only;
  const choices = found.map((backup) => `  ${backup.iterationName} ${platformOf(backup)}`).join('\n');
  const flags = latest === true ? '--platform' : '--latest, --iteration or --platform';
  throw new UsageError(`There are ${found.length} such backups. Say which with ${flags}:\n${choices}`);
}

function fileNameOf({ sourceProjectName, iterationName, blob, ...backup }: Backup): string {
  const extension = /\.[\w-]+$/.exec(blob)?.[0] ?? '';
  const platform = backup.flavor === null ? backup.platform : `${backup.platform}-${backup.flavor}`;
  const name = [sourceProjectName, iterationName, platform].join(' - ').replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
  return join('.', `${name}${extension}`);
}

function gone(blob: string): ReplicationFailure {
  return new ReplicationFailure(`The blob ${blob} is gone.`, {
    ...{ class: 'not-found', code: 'BACKUP_MISSING' },
    hint: 'Ask for another one: cvr backups ls lists them.',
  });
}

function changed({ blob }: Backup): ReplicationFailure {
  return new ReplicationFailure(`The blob ${blob} is not what was backed up: its hash differs. No file was kept.`, {
    ...{ class: 'diverged', code: 'BACKUP_MISMATCH' },
    hint: 'Ask for another one: cvr backups ls lists them.',
  });
}
