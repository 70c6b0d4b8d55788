import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { parseConfig } from '../../../src/settings/parse-config.ts';

/** Rows of a table of what the Functions host's own packages answered; the README beside it says which. */
export function rowsOf<T>(file: string, row: z.ZodType<T>): T[] {
  const lines = readFileSync(join(__dirname, file), 'utf8').trimEnd().split('\n');
  return lines.map((line) => row.parse(JSON.parse(line)));
}

const ENDPOINTS = {
  PRIMARY_TRAINING_ENDPOINT: 'https://north.cognitiveservices.azure.com',
  SECONDARY_TRAINING_ENDPOINT: 'https://west.cognitiveservices.azure.com',
};
export const CONNECTION = 'UseDevelopmentStorage=true';

/** What the app reads of these settings beside those that it cannot do without: a configuration, or problems. */
export function readSettings(env: Readonly<Record<string, string>>) {
  const { config, problems } = parseConfig({ ...ENDPOINTS, ...env });
  expect(config === null).toBe(problems.length > 0);
  for (const { expected } of problems) expect(expected).toMatch(/\w/);
  return { config, problems };
}
