import { evaluate, isTable, type Scope } from './expressions.ts';
import { OPERATORS, print, union, type Surroundings } from './operators.ts';
import { parse, type ParsedQuery, type Syntax } from './syntax.ts';
import { Dynamic, Span, type Column, type Table, type Value } from './values.ts';

/** A table as a test gives it: JavaScript's own values, a Date for a datetime. */
export interface GivenTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | boolean | Date | null)[])[];
}

/** A row of the answer. A timespan is told in seconds, a dynamic value as JSON has it. */
export type AnsweredRow = Readonly<Record<string, unknown>>;

const parsed = new Map<string, ParsedQuery>();

/**
 * Runs a Kusto query over tables, at a time: parsed and checked by Microsoft's own language service, and evaluated as
 * its documentation says. What is not known here is an error, never a guess.
 */
export function runQuery(text: string, tables: Readonly<Record<string, GivenTable>>, now: Date): AnsweredRow[] {
  const schemas = Object.fromEntries(Object.entries(tables).map(([name, { columns }]) => [name, schemaOf(columns)]));
  const key = JSON.stringify([text, schemas]);
  const query = parsed.get(key) ?? parse(text, schemas);
  parsed.set(key, query);
  const { columns, rows } = answer(query.root, new Map<string, Value | Table>(Object.entries(tables)), now);
  const names = columns.map(({ name }) => name);
  if (JSON.stringify(names) !== JSON.stringify(query.columns)) {
    throw new Error(`This evaluator gives ${names.join(', ')} where Kusto gives ${query.columns.join(', ')}.`);
  }
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, plain(row[index] ?? null)])));
}

/** As Kusto writes the columns of a table. */
export function schemaOf(columns: readonly Column[]): string {
  return `(${columns.map(({ name, type }) => `${name}: ${type}`).join(', ')})`;
}

function plain(value: Value): unknown {
  if (value instanceof Span) return value.ms / 1_000;
  return value instanceof Dynamic ? value.value : value;
}

/** `let` statements in their order, then the one expression. */
function answer(root: Syntax, tables: ReadonlyMap<string, Value | Table>, now: Date): Table {
  const names = new Map(tables);
  const surroundings: Surroundings = { now, names, tableOf };
  let result: Table | null = null;
  for (const statement of root.items('Statements')) {
    const expression = statement.part('Expression');
    if (statement.kind === 'LetStatement')
      names.set(statement.part('Name').identifier, named(expression, surroundings));
    else if (statement.kind === 'ExpressionStatement' && result === null) result = tableOf(expression, surroundings);
    else throw statement.unknown('this statement');
  }
  if (result === null) throw root.unknown('a query that asks nothing');
  return result;
}

function named(expression: Syntax, surroundings: Surroundings): Value | Table {
  return isTabular(expression, surroundings)
    ? tableOf(expression, surroundings)
    : evaluate(expression, { ...surroundings, columns: [], row: [] });
}

function isTabular(expression: Syntax, { names }: Surroundings): boolean {
  if (['PipeExpression', 'UnionOperator', 'PrintOperator'].includes(expression.kind)) return true;
  const known = expression.kind === 'NameReference' ? names.get(expression.identifier) : undefined;
  return known !== undefined && isTable(known);
}

function tableOf(node: Syntax, scope: Surroundings | Scope): Table {
  switch (node.kind) {
    case 'NameReference': {
      const known = scope.names.get(node.identifier);
      if (known === undefined || !isTable(known)) throw node.unknown('this table');
      return known;
    }
    case 'ParenthesizedExpression':
      return tableOf(node.part('Expression'), scope);
    case 'PrintOperator':
      return print(node, scope);
    case 'UnionOperator':
      if (node.items('Parameters').length > 0) throw node.unknown('parameters of a union');
      return union(node.items('Expressions').map((table) => tableOf(table, scope)));
    case 'PipeExpression': {
      const operator = node.part('Operator');
      const run = OPERATORS[operator.kind];
      if (run === undefined) throw operator.unknown('this operator');
      return run(operator, tableOf(node.part('Expression'), scope), scope);
    }
    default:
      throw node.unknown('this as a table');
  }
}
