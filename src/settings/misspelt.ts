import { isOfConnection } from './host-section.ts';
import type { Environment } from './setting-reader.ts';
import { SETTINGS, STORAGE } from './settings.ts';

/** Shorter names are too often like another by chance. */
const SHORTEST_NAME = 10;
const MAX_EDITS = 2;

/**
 * Environment variables that are a setting of ours but for a letter or two, where that setting itself is not there: it
 * would silently have its default. Those of a storage account count in any spelling, and are judged by their own reader.
 */
export function misspeltSettings(env: Environment): { readonly found: string; readonly meant: string }[] {
  const names = SETTINGS.map(({ name }) => name);
  const missing = names.filter((name) => name.length >= SHORTEST_NAME && !env[name]);
  const accounts = Object.values(STORAGE).map(({ account }) => account.name);
  const others = Object.keys(env).filter(
    (found) => !names.includes(found) && !accounts.some((account) => isOfConnection(account, found)),
  );
  return others.flatMap((found) => {
    const meant = missing.find((name) => isNear(found, name));
    return meant === undefined ? [] : [{ found, meant }];
  });
}

function isNear(found: string, name: string): boolean {
  if (Math.abs(found.length - name.length) > MAX_EDITS) return false;
  return editsBetween(found.toLowerCase(), name.toLowerCase()) <= MAX_EDITS;
}

/** How many letters have to be put in, taken out or replaced to make one text of the other. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [column, candidate] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (letter === candidate ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
