import { readFileSync } from 'node:fs';
import { FAILURE_CLASSES } from '../../src/core/facts/failure.ts';
import { WORK_REASONS } from '../../src/core/facts/work-item.ts';
import { eventNames, section, unionMembers } from '../support/documents.ts';

const page = 'docs/how-it-works.md';
const dictionary = section(page, '## Words');

/** The words that the dictionary explains: what stands in the first column of its tables. */
const words = dictionary
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (word \| meaning|step \| does|---)/.test(line))
  .flatMap((line) => (line.slice(2).split(' | ')[0] ?? '').replaceAll('`', '').split(', '));

/** The names of steps, from the types that list them. */
const steps = ['src/core/plan/types.ts', 'src/core/content/publications.ts'].flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/readonly do: '([a-z-]+)'/g)].map(([, name = '']) => name),
);

/** Whether a text has a word, as a whole, in whatever case. */
function says(text: string, word: string): boolean {
  return new RegExp(`(^|[^\\w-])${word}($|[^\\w-])`, 'i').test(text);
}

describe('the dictionary of docs/how-it-works.md', () => {
  it('explains each word once', () => {
    expect(words.length).toBeGreaterThan(100);
    const explained = words.filter((word) => !steps.includes(word));
    expect(explained.filter((word, index) => explained.indexOf(word) !== index)).toEqual([]);
  });

  it('says something of each word', () => {
    const rows = dictionary.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    expect(rows.filter((row) => !/\w{2,}/.test(row.split(' | ')[1] ?? ''))).toEqual([]);
  });

  it('has every step', () => {
    expect(steps).toContain('import');
    expect(steps.filter((step) => !words.includes(step))).toEqual([]);
  });

  it('has every reason for work, and every value of sync', () => {
    const values = [...WORK_REASONS, ...unionMembers('src/core/status/project-report.ts', 'Sync')];
    expect(values.filter((value) => !dictionary.includes(`\`${value}\``))).toEqual([]);
  });

  it('has what each event is about', () => {
    const subjects = [...new Set(eventNames().map((name) => name.split('.')[0] ?? ''))];
    expect(subjects).toContain('sweep');
    expect(subjects.filter((subject) => !says(dictionary, subject))).toEqual([]);
  });

  it('has the words that the record, the sweep state and the work are made of', () => {
    const types = ['Observation', 'Snapshot', 'Difference', 'Run', 'Generation', 'Integration', 'Mark', 'Content'];
    const more = ['Policy', 'Plan', 'Look', 'Step', 'Blocker', 'Catalogue', 'Lease', 'Route', 'Attention', 'Failure'];
    expect([...types, ...more].filter((type) => !words.some((word) => says(word, type)))).toEqual([]);
  });
});

describe('docs/how-it-works.md', () => {
  it('tells of every class of failure that a project can have', () => {
    const table = section(page, '## When it fails');
    // These two never reach a project's record: one is an answer, the other is delivered again.
    const inRecords = FAILURE_CLASSES.filter((name) => name !== 'not-found' && name !== 'conflict');
    expect(inRecords.filter((name) => !table.includes(`| ${name} |`))).toEqual([]);
  });
});
