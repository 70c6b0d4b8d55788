import type { z } from 'zod';
import { guidSchema, isGuid } from '../core/facts/guid.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';

/** Far more than any document of ours needs. */
export const MAX_DOCUMENT_IN_BYTES = 32 * 1024 * 1024;

/** How many problems of one document are reported; the first few say enough. */
const MAX_ISSUES = 5;

/**
 * A project id as it is spelled in blob names: lower case. Throws a `bug` failure for what is no GUID, so that nothing
 * else becomes part of a name or a URL.
 */
export function guidOf(projectId: string): string {
  const guid = guidSchema.safeParse(projectId);
  if (guid.success) return guid.data;
  throw new ReplicationFailure(`'${projectId.slice(0, 100)}' is not a project id: a GUID was expected.`, {
    class: 'bug',
    code: 'INVALID_PROJECT_ID',
    hint: 'Nothing was read or written. Look where the id came from.',
    executed: 'no',
  });
}

export function recordName(projectId: string): string {
  return `records/${guidOf(projectId)}.json`;
}

export function decisionName(projectId: string): string {
  return `decisions/${guidOf(projectId)}.json`;
}

export function triggerName(projectId: string): string {
  return `triggers/${guidOf(projectId)}.json`;
}

/** Where the record of a project that is done with is kept; the time is part of it, since a project may come back. */
export function archiveName(projectId: string, at: Date): string {
  return `archive/${guidOf(projectId)}/${at.toISOString().replaceAll(':', '-')}.json`;
}

/** How far the reading of a project's labels has come, on that side. */
export function readingName(projectId: string, side: 'source' | 'target'): string {
  return `reading/${guidOf(projectId)}-${side}.json`;
}

/** The folders that hold one document for each project, named by its id. */
export type DocumentFolder = 'records' | 'decisions' | 'catalogue';

/** The project id in the name of a blob of that folder; null for any other blob. */
export function idInName(folder: DocumentFolder, name: string): string | null {
  const [, inFolder, id] = /^([a-z]+)\/([^/]+)\.json$/.exec(name) ?? [];
  return inFolder === folder && id !== undefined && isGuid(id) ? id : null;
}

function invalid(name: string, what: string, cause?: unknown): ReplicationFailure {
  return new ReplicationFailure(`The document ${name} ${what}`, {
    class: 'bug',
    code: 'INVALID_DOCUMENT',
    hint:
      'Nothing was changed. Restore the blob from an earlier version, or delete it: what it held is then found anew ' +
      'from the two resources.',
    executed: 'no',
    cause,
  });
}

/** A stored document's value. Throws a `bug` failure that names the document and what is wrong with it. */
export function parseDocument<T>(schema: z.ZodType<T>, text: string, name: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(name, 'is not JSON.', error);
  }
  return checkDocument(schema, json, name);
}

/** The text to store, indented since people read it. What could not be read back is a `bug` failure. */
export function formatDocument<T>(schema: z.ZodType<T>, value: T, name: string): string {
  return `${JSON.stringify(checkDocument(schema, value, name), null, 2)}\n`;
}

function checkDocument<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, MAX_ISSUES);
  const wrong = issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw invalid(name, `does not fit its schema: ${wrong.join('; ')}.`, result.error);
}

/** The failure for a write that found another writer's version. */
export function conflictOn(name: string, cause?: unknown): ReplicationFailure {
  return new ReplicationFailure(`The document ${name} was written by another worker since it was read.`, {
    class: 'conflict',
    code: 'DOCUMENT_CHANGED',
    hint: 'Nothing was written. The work is done again from what the document now says.',
    executed: 'no',
    cause,
  });
}
