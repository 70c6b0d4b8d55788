import { FUNCTIONS } from './functions.ts';
import { BINARY, calculate, equals, truthOf } from './operations.ts';
import type { Syntax } from './syntax.ts';
import { Dynamic, Span, spanOf, type Row, type Table, type Value } from './values.ts';

/** What names mean at a place of a query. */
export interface Scope {
  readonly now: Date;
  /** What `let` has named so far, and the tables that there are. */
  readonly names: ReadonlyMap<string, Value | Table>;
  readonly columns: Table['columns'];
  readonly row: Row;
  /** For a table within an expression. */
  readonly tableOf: (node: Syntax, scope: Scope) => Table;
}

type Evaluation = (node: Syntax, scope: Scope) => Value;

const ARITHMETIC = new Set(['AddExpression', 'SubtractExpression', 'MultiplyExpression', 'DivideExpression']);

/** The value of a scalar expression. @throws {Error} for every part of the language that is not known here */
export function evaluate(node: Syntax, scope: Scope): Value {
  const known = EVALUATIONS[node.kind];
  if (known !== undefined) return known(node, scope);
  const binary = BINARY[node.kind];
  const sides = (): [Value, Value] => [evaluate(node.part('Left'), scope), evaluate(node.part('Right'), scope)];
  if (binary !== undefined) return binary(...sides());
  if (ARITHMETIC.has(node.kind)) return calculate(node.kind, node.type, ...sides());
  throw node.unknown('this kind of expression');
}

const EVALUATIONS: Readonly<Record<string, Evaluation>> = {
  StringLiteralExpression: (node) => node.literal,
  LongLiteralExpression: (node) => Number(node.literal),
  RealLiteralExpression: (node) => Number(node.literal),
  BooleanLiteralExpression: (node) => node.literal === 'true',
  TimespanLiteralExpression: (node) => spanOf(node.literal),
  ParenthesizedExpression: (node, scope) => evaluate(node.part('Expression'), scope),
  SimpleNamedExpression: (node, scope) => evaluate(node.part('Expression'), scope),
  NameReference: valueOfName,
  PathExpression: memberOf,
  InExpression: isIn,
  FunctionCallExpression: call,
  ToScalarExpression: firstOf,
  UnaryMinusExpression: (node, scope) => {
    const value = evaluate(node.part('Expression'), scope);
    if (typeof value === 'number') return -value;
    if (value instanceof Span) return new Span(-value.ms);
    if (value === null) return null;
    throw node.unknown('the opposite of this');
  },
};

function valueOfName(node: Syntax, { names, columns, row }: Scope): Value {
  const name = node.identifier;
  const index = columns.findIndex((column) => column.name === name);
  if (index >= 0) return row[index] ?? null;
  const named = names.get(name);
  if (named === undefined || isTable(named)) throw node.unknown('this name');
  return named;
}

export function isTable(value: Value | Table): value is Table {
  return typeof value === 'object' && value !== null && 'rows' in value;
}

/** What is not there is null, and so is what is looked for in something that is no object. */
function memberOf(node: Syntax, scope: Scope): Value {
  const owner = evaluate(node.part('Expression'), scope);
  if (owner !== null && !(owner instanceof Dynamic)) throw node.unknown('a member of what is not dynamic');
  const value = owner?.value ?? null;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Dynamic(isObject ? (value as Record<string, unknown>)[node.part('Selector').identifier] : null);
}

function isIn(node: Syntax, scope: Scope): boolean {
  const value = evaluate(node.part('Left'), scope);
  const list = node.part('Right').items('Expressions');
  return list.some((item) => equals(value, evaluate(item, scope)) === true);
}

function call(node: Syntax, scope: Scope): Value {
  const name = node.part('Name').identifier;
  const args = node.part('ArgumentList').items('Expressions');
  if (name === 'iff') {
    const [condition, yes, no] = args;
    if (condition === undefined || yes === undefined || no === undefined)
      throw node.unknown('iff with fewer than three');
    // What is not known to be true is not true.
    return evaluate(truthOf(evaluate(condition, scope)) === true ? yes : no, scope);
  }
  const known = FUNCTIONS[name];
  if (known === undefined) throw node.unknown('this function');
  return known(
    args.map((argument) => evaluate(argument, scope)),
    { now: scope.now, type: node.type },
  );
}

/** The first column of the first row; null where there is none. */
function firstOf(node: Syntax, scope: Scope): Value {
  const [row] = scope.tableOf(node.part('Expression'), scope).rows;
  return row?.[0] ?? null;
}
