import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registeredRoutes, unionMembers } from '../support/documents.ts';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs/http.md'), 'utf8');

/** The rows of the table under a header, each as its cells. */
function tableUnder(header: string): string[][] {
  const lines = page.split('\n');
  const rows = lines.slice(lines.indexOf(header) + 2);
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end).map((row) => row.slice(2, -2).split(' | '));
}

/** Every code that a handler of src/functions answers with. */
function answeredCodes(): string[] {
  const folder = join(root, 'src/functions');
  return readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/code: '([A-Z_]+)'/g)].map(([, code = '']) => code),
  );
}

const unmarked = (cell = ''): string => cell.replaceAll('`', '');

describe('docs/http.md', () => {
  it('lists the routes that are registered, each with its method and key', () => {
    const rows = tableUnder('| method | path | key | answers |');
    const routes = registeredRoutes();
    expect(routes).not.toEqual([]);
    expect(rows.map(([method = '', path, key = '']) => `${method} ${unmarked(path)} ${key}`).sort()).toEqual(
      routes.sort(),
    );
  });

  it('tells of every code that a handler answers with', () => {
    const codes = answeredCodes();
    expect(codes).toContain('NO_ROUTING');
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('tells what each health code means, and of no other', () => {
    const codes = unionMembers('src/app/queries.ts', 'HealthCode');
    expect(codes).toContain('OK');
    expect(tableUnder('| code | status | means |').map(([code]) => unmarked(code))).toEqual(codes);
  });

  it('tells of every code that attention may have, and of no other', () => {
    const folder = join(root, 'src/core/status');
    const codes = readdirSync(folder)
      .filter((file) => file.startsWith('attention-of-'))
      .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/'([A-Z]+(?:_[A-Z]+)+|BRAKE)'/g)])
      .map(([, code = '']) => code)
      .filter((code) => !code.startsWith('SECONDARY_PREDICTION'));
    expect(codes).toContain('NO_COPY');
    expect(
      tableUnder('| attention | level | means |')
        .flatMap(([code]) => unmarked(code).split(', '))
        .sort(),
    ).toEqual([...new Set(codes)].sort());
  });

  it('tells what each stage of a copy means, and of no other', () => {
    const stages = unionMembers('src/core/facts/run-stage.ts', 'RunStage');
    expect(stages).toContain('importing');
    expect(
      tableUnder('| `inFlight.stage` | means |')
        .map(([stage]) => unmarked(stage))
        .sort(),
    ).toEqual(stages.sort());
  });

  it('tells what each value of sync means, and of no other', () => {
    const values = unionMembers('src/core/status/project-report.ts', 'Sync');
    expect(values).toContain('in-sync');
    expect(
      tableUnder('| value | means |')
        .map(([value]) => unmarked(value))
        .sort(),
    ).toEqual(values.sort());
  });
});
