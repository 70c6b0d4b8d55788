import { aggregateOf, columnOf } from './aggregates.ts';
import { evaluate, type Scope } from './expressions.ts';
import { truthOf } from './operations.ts';
import type { Syntax } from './syntax.ts';
import { absent, compare, isNull, keyOf, type Column, type Row, type Table, type Value } from './values.ts';

/** A query without the row that it is at. */
export type Surroundings = Omit<Scope, 'columns' | 'row'>;

type Operator = (operator: Syntax, table: Table, surroundings: Surroundings) => Table;

/** The operators of a pipe. What is not here is not known. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  FilterOperator: where,
  ExtendOperator: extend,
  ProjectOperator: project,
  SummarizeOperator: summarize,
  JoinOperator: join,
  SortOperator: sort,
  // Only says how to draw.
  RenderOperator: (_operator, table) => table,
};

const none = { columns: [], row: [] };

/** The tables one after the other; a column that one lacks is without a value there. */
export function union(tables: readonly Table[]): Table {
  const columns = new Map<string, Column>();
  for (const column of tables.flatMap((table) => table.columns)) {
    const known = columns.get(column.name);
    if (known !== undefined && known.type !== column.type) {
      throw new Error(`A union of tables whose columns ${column.name} are of two types is not known here.`);
    }
    columns.set(column.name, column);
  }
  const all = [...columns.values()];
  const rows = tables.flatMap((table) => {
    const places = all.map(({ name }) => table.columns.findIndex((column) => column.name === name));
    return table.rows.map((row) => all.map(({ type }, index) => row[places[index] ?? -1] ?? absent(type)));
  });
  return { columns: all, rows };
}

/** One row without a table. */
export function print(operator: Syntax, surroundings: Surroundings): Table {
  return project(operator, { columns: [], rows: [[]] }, surroundings);
}

function scopes({ columns, rows }: Table, surroundings: Surroundings): Scope[] {
  return rows.map((row) => ({ ...surroundings, columns, row }));
}

/** What is not known to be true is left out. */
function where(operator: Syntax, table: Table, surroundings: Surroundings): Table {
  const condition = operator.part('Condition');
  const kept = scopes(table, surroundings).filter((scope) => truthOf(evaluate(condition, scope)) === true);
  return { ...table, rows: kept.map(({ row }) => row) };
}

function project(operator: Syntax, table: Table, surroundings: Surroundings): Table {
  const expressions = operator.items('Expressions');
  const rows = scopes(table, surroundings).map((scope) => expressions.map((item) => evaluate(item, scope)));
  return distinctly(operator, { columns: expressions.map(columnOf), rows });
}

/** A new value of a column that is there takes its place; each is worked out from the row as it was. */
function extend(operator: Syntax, table: Table, surroundings: Surroundings): Table {
  const items = operator.items('Expressions').map((item) => ({ item, column: columnOf(item) }));
  const added = items.filter(({ column }) => !table.columns.some(({ name }) => name === column.name));
  const replaced = table.columns.map(({ name }) => items.find(({ column }) => column.name === name) ?? null);
  const rows = scopes(table, surroundings).map((scope) => [
    ...replaced.map((by, index) => (by === null ? (scope.row[index] ?? null) : evaluate(by.item, scope))),
    ...added.map(({ item }) => evaluate(item, scope)),
  ]);
  const kept = table.columns.map((column, index) => replaced[index]?.column ?? column);
  return distinctly(operator, { columns: [...kept, ...added.map(({ column }) => column)], rows });
}

/** With nothing to group by there is one row, of no rows as well. */
function summarize(operator: Syntax, table: Table, surroundings: Surroundings): Table {
  const by = operator.optional('ByClause')?.items('Expressions') ?? [];
  const aggregates = operator.items('Aggregates').map(aggregateOf);
  const groups = new Map<string, { key: Row; group: Scope[] }>();
  if (by.length === 0) groups.set('', { key: [], group: [] });
  for (const scope of scopes(table, surroundings)) {
    const key = by.map((item) => evaluate(item, scope));
    const id = key.map(keyOf).join('\n');
    const found = groups.get(id) ?? { key, group: [] };
    found.group.push(scope);
    groups.set(id, found);
  }
  const columns = [...by.map(groupColumn), ...aggregates.flatMap((aggregate) => aggregate.columns)];
  const rows = [...groups.values()].map(({ key, group }) => [
    ...key,
    ...aggregates.flatMap((aggregate) => aggregate.values(group)),
  ]);
  return distinctly(operator, { columns, rows });
}

/** `bin(TimeGenerated, 1h)` keeps the name of what it is of. */
function groupColumn(item: Syntax): Column {
  if (item.kind !== 'FunctionCallExpression' || item.part('Name').identifier !== 'bin') return columnOf(item);
  const [of] = item.part('ArgumentList').items('Expressions');
  return { name: of?.identifier ?? '', type: item.type };
}

const JOINS = ['inner', 'leftouter', 'leftanti'];

/** On columns of the same name on both sides. A column of the right that the left has too gets a number behind its name. */
function join(operator: Syntax, left: Table, surroundings: Surroundings): Table {
  const [kind, ...others] = operator.items('Parameters').map((item) => item.part('Expression').text);
  if (kind === undefined || others.length > 0 || !JOINS.includes(kind)) throw operator.unknown('this kind of join');
  const right = surroundings.tableOf(operator.part('Expression'), { ...surroundings, ...none });
  const keys = operator
    .part('ConditionClause')
    .items('Expressions')
    .map((item) => item.identifier);
  const rightRows = new Map<string, Row[]>();
  for (const row of right.rows) {
    const id = idOf(row, right, keys);
    rightRows.set(id, [...(rightRows.get(id) ?? []), row]);
  }
  const partners = (row: Row): readonly Row[] => rightRows.get(idOf(row, left, keys)) ?? [];
  if (kind === 'leftanti') return { ...left, rows: left.rows.filter((row) => partners(row).length === 0) };
  const missing: readonly Row[] = kind === 'leftouter' ? [right.columns.map(({ type }) => absent(type))] : [];
  const rows = left.rows.flatMap((row) => {
    const found = partners(row);
    return (found.length > 0 ? found : missing).map((other) => [...row, ...other]);
  });
  const taken = new Set(left.columns.map(({ name }) => name));
  const renamed = right.columns.map(({ name, type }) => ({ name: freeName(name, taken), type }));
  return distinctly(operator, { columns: [...left.columns, ...renamed], rows });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const candidates = [name, ...Array.from({ length: taken.size }, (_, index) => `${name}${index + 1}`)];
  return candidates.find((candidate) => !taken.has(candidate)) ?? name;
}

/** Strings only: how nulls meet in a join is nothing that a query should rest on. */
function idOf(row: Row, { columns }: Table, keys: readonly string[]): string {
  const values = keys.map((key) => {
    const value = row[columns.findIndex(({ name }) => name === key)];
    if (typeof value !== 'string') throw new Error('Joins are known here on strings only.');
    return value;
  });
  return values.join('\n');
}

/** Descending unless it is said; nulls are the least. */
function sort(operator: Syntax, table: Table, surroundings: Surroundings): Table {
  const keys = operator.items('Expressions').map((item) => ({
    of: item.kind === 'OrderedExpression' ? item.part('Expression') : item,
    sign: item.optional('Ordering')?.text === 'asc' ? 1 : -1,
  }));
  const sorted = scopes(table, surroundings)
    .map((scope) => ({ row: scope.row, by: keys.map(({ of }) => evaluate(of, scope)) }))
    .sort((one, other) => {
      const orders = keys.map(({ sign }, index) => sign * nullsFirst(one.by[index] ?? null, other.by[index] ?? null));
      return orders.find((order) => order !== 0) ?? 0;
    });
  return { ...table, rows: sorted.map(({ row }) => row) };
}

function nullsFirst(one: Value, other: Value): number {
  if (isNull(one) || isNull(other)) return Number(isNull(other)) - Number(isNull(one));
  return compare(one, other);
}

function distinctly(operator: Syntax, table: Table): Table {
  const names = table.columns.map(({ name }) => name);
  if (new Set(names).size < names.length) throw operator.unknown(`two columns of one name (${names.join(', ')})`);
  return table;
}
