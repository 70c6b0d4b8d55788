import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_KINDS } from '../../src/local/simulator/fault-text.ts';
import { UNKNOWNS } from '../../src/local/simulator/index.ts';
import { OPERATIONS } from '../../src/local/simulator/operations/index.ts';

const page = readFileSync(join(__dirname, '../../docs/simulator.md'), 'utf8');

/** The cells of the table below a heading, without its head. */
function tableBelow(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('docs/simulator.md', () => {
  test('lists every unknown with its meaning and values, the default first', () => {
    const rows = Object.entries(UNKNOWNS).map(([name, { meaning, values }]) => [
      `\`${name}\``,
      meaning,
      values.map((value, index) => (index === 0 ? `**${value}**` : value)).join(', '),
    ]);
    expect(tableBelow('What is not known')).toEqual(rows);
  });

  test('lists every kind of fault as it is written on the command line', () => {
    const written = tableBelow('Faults').flatMap(([cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, kind]) => kind),
    );
    expect(written.sort()).toEqual([...FAULT_KINDS].sort());
  });

  test('names every operation', () => {
    expect(OPERATIONS.filter(({ name }) => !page.includes(name)).map(({ name }) => name)).toEqual([]);
  });
});
