import { readFileSync } from 'node:fs';

const STRING_OR_COMMENT = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A JSON file's value; comments in it are allowed, as the Functions tools allow them. Null where it is not there. */
export function readJsonFile(path: string): unknown {
  const text = readIfThere(path);
  if (text === null) return null;
  const bare = text.replace(/^\uFEFF/, '').replace(STRING_OR_COMMENT, (match) => (match.startsWith('"') ? match : ' '));
  try {
    return JSON.parse(bare);
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${messageOf(error)}`, { cause: error });
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
