import { readdirSync, readFileSync } from 'node:fs';
import { COLUMNS } from '../../support/alert-log.ts';
import { schemaOf } from '../../support/kusto/query.ts';
import { parse } from '../../support/kusto/syntax.ts';

interface Rule {
  readonly name: string;
  readonly level: string;
  readonly splitBy: string;
  readonly query: string;
}

const bicep = readFileSync('infra/modules/alerts.bicep', 'utf8');
const page = readFileSync('docs/operations.md', 'utf8');
const queries = readdirSync('infra/queries').filter((name) => name.startsWith('alert-'));
const tests = readdirSync(__dirname)
  .filter((name) => name !== 'rules.test.ts')
  .map((name) => readFileSync(`${__dirname}/${name}`, 'utf8'))
  .join('\n');

const RULE =
  /name: '([\w-]+)'\s+title: '.+'\s+text: '.+'\s+severity: (\w+)\s+splitBy: '(\w*)'\s+query: loadTextContent\('..\/queries\/([\w-]+\.kql)'\)/g;
const rules: Rule[] = [...bicep.matchAll(RULE)].map(([, name = '', level = '', splitBy = '', query = '']) => {
  return { name, level, splitBy, query };
});

describe('the alert rules', () => {
  it('are one for each query that is there', () => {
    expect(rules.map(({ query }) => query).sort()).toEqual([...queries].sort());
    expect(rules.map(({ name, query }) => query === `alert-${name}.kql`)).not.toContain(false);
  });

  it('look back as far as Azure lets them', () => {
    expect(bicep).toContain("var lookBack = 'P2D'");
    expect(bicep.match(/overrideQueryTimeRange: lookBack/g)).toHaveLength(1);
  });

  it.each(rules)(
    '$name gives the column that its alerts are split by, and no time that Azure would count by',
    (rule) => {
      const text = readFileSync(`infra/queries/${rule.query}`, 'utf8');
      const { columns } = parse(text, { AppTraces: schemaOf(COLUMNS) });
      expect(columns).not.toContain('TimeGenerated');
      if (rule.splitBy !== '') expect(columns).toContain(rule.splitBy);
    },
  );

  it.each(rules)('$name is on the page, with its level', ({ name, level }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row?.split(' | ')[2]).toBe(level);
  });

  it.each(rules)('$name has a test of what it raises', ({ name }) => {
    expect(tests).toContain(`alerts('${name}'`);
  });
});

test('the page says how many rules there are', () => {
  expect(page).toContain(`${rules.length} alert rules`);
});
