import { buffer } from 'node:stream/consumers';
import type { AppendBlobClient, BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { HistoryEntry } from '../core/facts/history.ts';
import { historyEntrySchema, inOrder } from '../core/facts/history.ts';
import { STATE_CONTAINER } from '../core/facts/storage-names.ts';
import type { HistoryLog, HistoryReading } from '../replicator/ports/storage.ts';
import { guidOf } from './document-text.ts';
import { abortable, withContainer } from './json-document.ts';
import { asStorageFailure, hasCode } from './storage-failure.ts';

/** The service takes 4 MiB at once and 50,000 of them a blob. A month that has more goes on in a further blob. */
const LONGEST_BLOCK_IN_BYTES = 4 * 1024 * 1024;

/**
 * The history in Azure Blob Storage: append blobs, one a month, `history/{project id | app}/{yyyy-mm}.jsonl`. Appending
 * needs no lock: each block is added whole or not at all, whoever else writes.
 */
export function createHistoryLog(blobs: BlobServiceClient): HistoryLog {
  const container = blobs.getContainerClient(STATE_CONTAINER);
  return {
    async append(entries, signal) {
      for (const [folder, lines] of blocksOf(entries)) {
        await asStorageFailure(`Writing the history ${folder}`, () => append(container, folder, lines, signal), signal);
      }
    },
    async read(of, since, signal) {
      const prefix = of === null ? 'history/' : `history/${folderOf(of === 'app' ? null : of)}/`;
      return asStorageFailure(`Reading ${prefix}`, () => read(container, prefix, since, signal), signal);
    },
  };
}

function folderOf(projectId: string | null): string {
  return projectId === null ? 'app' : guidOf(projectId);
}

/**
 * The lines by the blob that they belong to, without its ending, in blocks that the service takes.
 * @internal
 */
export function blocksOf(entries: readonly HistoryEntry[]): [name: string, lines: string][] {
  const blocks: [string, string][] = [];
  for (const entry of entries) {
    const name = `history/${folderOf(entry.projectId)}/${entry.at.slice(0, 7)}`;
    const line = `${JSON.stringify(entry)}\n`;
    const open = blocks.findLast(([other]) => other === name);
    const fits = open !== undefined && Buffer.byteLength(open[1] + line) <= LONGEST_BLOCK_IN_BYTES;
    if (fits) open[1] += line;
    else blocks.push([name, line]);
  }
  return blocks;
}

async function append(
  container: ContainerClient,
  name: string,
  lines: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const body = Buffer.from(lines, 'utf8');
  for (let part = 1; ; part += 1) {
    const blob = container.getAppendBlobClient(part === 1 ? `${name}.jsonl` : `${name}.${part}.jsonl`);
    try {
      await appendTo(container, blob, body, signal);
      return;
    } catch (error) {
      if (!hasCode(error, 'BlockCountExceedsLimit')) throw error;
    }
  }
}

async function appendTo(
  container: ContainerClient,
  blob: AppendBlobClient,
  body: Buffer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const add = () => blob.appendBlock(body, body.length, abortable(signal));
  try {
    await add();
  } catch (error) {
    if (!hasCode(error, 'BlobNotFound', 'ContainerNotFound')) throw error;
    await withContainer(container, signal, () => blob.createIfNotExists(abortable(signal)));
    await add();
  }
}

async function read(
  container: ContainerClient,
  prefix: string,
  since: Date | null,
  signal: AbortSignal | undefined,
): Promise<HistoryReading> {
  const texts: string[] = [];
  try {
    for await (const { name } of container.listBlobsFlat({ prefix, ...abortable(signal) })) {
      const month = /\/(\d{4}-\d{2})(?:\.\d+)?\.jsonl$/.exec(name)?.[1];
      if (month === undefined || (since !== null && month < since.toISOString().slice(0, 7))) continue;
      const { readableStreamBody: body } = await container
        .getBlobClient(name)
        .download(0, undefined, abortable(signal));
      if (body !== undefined) texts.push((await buffer(body)).toString('utf8'));
    }
  } catch (error) {
    if (!hasCode(error, 'ContainerNotFound')) throw error;
  }
  return readLines(texts.join(''), since);
}

/** @internal */
export function readLines(text: string, since: Date | null): HistoryReading {
  const entries: HistoryEntry[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const entry = parseLine(line);
    if (entry === null) unreadable += 1;
    else if (since === null || Date.parse(entry.at) >= since.getTime()) entries.push(entry);
  }
  return { entries: inOrder(entries), unreadable };
}

function parseLine(line: string): HistoryEntry | null {
  try {
    return historyEntrySchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
