import { createHash } from 'node:crypto';
import { asId } from '../facts/guid.ts';
import type { Project } from '../facts/model.ts';
import type { ReplicaRecord } from '../facts/record.ts';

/**
 * How a project on the target is known to be ours: by the mark in its description, and before that can be written, by
 * its staging name. Nothing else gives a right to change or delete a project.
 */
export interface Mark {
  readonly sourceProjectId: string;
  readonly revision: string;
  readonly runId: string;
  /** The replica's own id: a copy of a replica carries the same text but another id, and so no valid mark. */
  readonly replicaProjectId: string;
  readonly pair: string;
  /** The installation that made it; null for a mark of an earlier version, which named none. */
  readonly installation: string | null;
}

/** Who we are: which two resources, by their hosts' spelling today, and which installation of this app. */
export interface Owner {
  /** See `pairOf`. */
  readonly pair: string;
  /** The first 8 hex digits of the installation's id, which is made once and kept in storage. */
  readonly installation: string;
}

const GUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
// A service may change white space: what stands for a space here is any amount of any.
const MARK =
  String.raw`\[replica of (${GUID}) · revision (\S+) · run (\S+) · as (${GUID}) · pair ([0-9a-f]{8})(?: · by ([0-9a-f]{8}))?\]`.replaceAll(
    ' ',
    String.raw`\s+`,
  );
const MARK_LINE = new RegExp(`^${MARK}$`);
/** A mark at the end of a line that may once have been several; what begins by quoting is no mark. */
const JOINED_MARK = new RegExp(String.raw`(?:^|[^\s>]\s+)${MARK}$`);
const LINE_ENDS = /\r\n|[\n\r\u0085\u2028\u2029]/;
/** A service that makes a second project of one name tells them apart by a number at the end. */
const STAGING_NAME = /^cvr-([0-9a-f]{8})-(?:([0-9a-f]{8})-)?([0-9a-z-]+)(?: \(\d+\))?$/;

/** Which two resources a replica is between: the first 8 hex digits of the SHA-256 of `{source host}|{target host}`. */
export function pairOf(sourceHost: string, targetHost: string): string {
  return createHash('sha256').update(`${sourceHost}|${targetHost}`.toLowerCase()).digest('hex').slice(0, 8);
}

/** The name under which an import runs; unique for ever, ASCII, at most 64 characters. */
export function stagingName({ pair, installation }: Owner, runId: string): string {
  return `cvr-${pair}-${installation}-${runId}`;
}

/**
 * The run behind a staging name of ours; null for any other name, another installation's among them. One that names no
 * installation is of an earlier version: the pair tells.
 */
export function runIdOfStagingName(name: string, owner: Owner): string | null {
  const [, pair, installation, runId] = STAGING_NAME.exec(name) ?? [];
  if (runId === undefined) return null;
  const isOurs = installation === undefined ? pair === owner.pair : installation === owner.installation;
  return isOurs ? runId : null;
}

/** The installation that a staging name or a valid mark names; null where there is none. */
function installationOf(project: Pick<Project, 'id' | 'name' | 'description'>): string | null {
  return STAGING_NAME.exec(project.name)?.[2] ?? validMark(project)?.installation ?? null;
}

/** Other installations that make copies on this target, by how many projects of theirs there are. */
export function installationsBeside(
  projects: readonly Pick<Project, 'id' | 'name' | 'description'>[],
  { installation }: Owner,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const project of projects) {
    const other = installationOf(project);
    if (other !== null && other !== installation) counts[other] = (counts[other] ?? 0) + 1;
  }
  return counts;
}

/** Whether a project is, by its name, an import that is not marked yet, of whatever pair. */
export function isStagingName(name: string): boolean {
  return STAGING_NAME.test(name);
}

export function markLine(mark: Mark): string {
  const { sourceProjectId, revision, runId, replicaProjectId, pair, installation } = mark;
  const by = installation === null ? '' : ` · by ${installation}`;
  return `[replica of ${sourceProjectId} · revision ${revision} · run ${runId} · as ${replicaProjectId} · pair ${pair}${by}]`;
}

function markOf(match: RegExpExecArray | null): Mark | null {
  if (match === null) return null;
  const [, sourceProjectId = '', revision = '', runId = '', replicaProjectId = '', pair = '', by] = match;
  const ids = { sourceProjectId: asId(sourceProjectId), replicaProjectId: asId(replicaProjectId) };
  return { ...ids, revision, runId, pair, installation: by ?? null };
}

function parseLine(line: string): Mark | null {
  return markOf(MARK_LINE.exec(line.trim()));
}

/** A service that makes one line of several leaves the mark at its end; where there are lines, a mark is one of them. */
function parseLast(description: string): Mark | null {
  const lines = description.trim().split(LINE_ENDS);
  const last = lines.at(-1) ?? '';
  return parseLine(last) ?? (lines.length === 1 ? markOf(JOINED_MARK.exec(last)) : null);
}

/**
 * The mark that makes this very project a replica: the last of its description, naming its own id. What a service does
 * to white space does not matter.
 */
export function validMark(project: Pick<Project, 'id' | 'description'>): Mark | null {
  const mark = parseLast(project.description);
  return mark?.replicaProjectId === project.id ? mark : null;
}

/** Whether a project's description ends with this mark, whole. */
export function carriesMark(project: Pick<Project, 'id' | 'description'>, mark: Mark): boolean {
  const shown = validMark(project);
  return shown !== null && markLine(shown) === markLine(mark);
}

/** A description without any mark, of whatever project. */
export function withoutMarks(description: string): string {
  const lines = description.split('\n');
  const kept = lines.filter((line) => parseLine(line) === null);
  const own = kept.length === lines.length ? description : kept.join('\n').trimEnd();
  if (parseLast(own) === null) return own;
  return withoutMarks(own.trimEnd().replace(new RegExp(String.raw`\s*${MARK}$`), ''));
}

/**
 * The description of a replica: the source's, then the mark. `maxLength` shortens the source's part, never the mark.
 */
export function markedDescription(sourceDescription: string, mark: Mark, maxLength = Infinity): string {
  const line = markLine(mark);
  const own = withoutMarks(sourceDescription);
  if (own === '') return line;
  const room = maxLength - line.length - 1;
  if (own.length <= room) return `${own}\n${line}`;
  if (room < 2) return line;
  // Cut between characters: half a surrogate pair is no text.
  const start = own.slice(0, room - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}…\n${line}`;
}

/**
 * Whether a project on the target is our replica of a recorded source project: by its mark alone, or because the record
 * has a copy of that very id and run. The record outlives the loss of the installation's own document.
 */
export function isRecordedReplica(
  project: Pick<Project, 'id' | 'description'>,
  { sourceProjectId, generations }: Pick<ReplicaRecord, 'sourceProjectId' | 'generations'>,
  owner: Owner,
): boolean {
  if (isReplicaOf(project, sourceProjectId, owner)) return true;
  const mark = validMark(project);
  if (mark?.sourceProjectId !== sourceProjectId) return false;
  return generations.some(({ replicaProjectId, runId }) => replicaProjectId === project.id && runId === mark.runId);
}

/** The source projects that there are finished copies of ours of, each once; what is odd is left out. */
export function sourcesOfCopies(targetProjects: readonly Project[], owner: Owner): string[] {
  const sources = targetProjects.flatMap((project) => {
    if (project.problem !== undefined || isStagingName(project.name)) return [];
    const mark = validMark(project);
    return mark !== null && isReplicaOf(project, mark.sourceProjectId, owner) ? [mark.sourceProjectId] : [];
  });
  return [...new Set(sources)];
}

/**
 * Whether a project on the target is our replica of this source project: its mark names both, and this installation. A
 * mark of an earlier version names no installation: there the ids alone tell, since no two projects have the same, and
 * the pair changes with every spelling of a host.
 */
export function isReplicaOf(
  project: Pick<Project, 'id' | 'description'>,
  sourceProjectId: string,
  { installation }: Owner,
): boolean {
  const mark = validMark(project);
  if (mark === null || mark.sourceProjectId !== sourceProjectId) return false;
  return mark.installation === null || mark.installation === installation;
}
