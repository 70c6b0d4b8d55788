import { evaluate, type Scope } from './expressions.ts';
import { truthOf } from './operations.ts';
import type { Syntax } from './syntax.ts';
import { absent, compare, isNull, sortOf, type Column, type Value } from './values.ts';

/** The columns that one aggregate gives for a group, which may be empty. */
type Aggregate = (args: readonly Syntax[], group: readonly Scope[], call: Syntax) => Value;

/** Nulls take no part in any of them. */
const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  count: (_args, group) => group.length,
  countif: ([condition], group, call) =>
    group.filter((scope) => truthOf(evaluate(needed(condition, call), scope)) === true).length,
  max: ([of], group, call) => last(known(needed(of, call), group)),
  min: ([of], group, call) => known(needed(of, call), group)[0] ?? absent(call.type),
  sum: ([of], group, call) => {
    const numbers = known(needed(of, call), group).map((value) => {
      if (typeof value !== 'number') throw call.unknown(`a sum of ${sortOf(value)}`);
      return value;
    });
    if (numbers.length === 0 && group.length > 0) throw call.unknown('the sum of nothing but nulls');
    return numbers.reduce((sum, value) => sum + value, 0);
  },
  // By nearest rank. Kusto estimates where there are many.
  percentile: ([of, rank], group, call) => {
    const values = known(needed(of, call), group);
    const share = Number(needed(rank, call).literal) / 100;
    return values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? absent(call.type);
  },
};

function needed(argument: Syntax | undefined, call: Syntax): Syntax {
  if (argument === undefined) throw call.unknown('this without an argument');
  return argument;
}

/** The values that are not null, in order. */
function known(of: Syntax, group: readonly Scope[]): Value[] {
  const values = group.map((scope) => evaluate(of, scope)).filter((value) => !isNull(value));
  return values.sort(compare);
}

function last(values: readonly Value[]): Value {
  return values.at(-1) ?? null;
}

export interface Aggregated {
  readonly columns: readonly Column[];
  readonly values: (group: readonly Scope[]) => readonly Value[];
}

/** One item of `summarize`: `name = aggregate(…)`, `max(…)` or `arg_max(…)`, the last with a column for each argument. */
export function aggregateOf(item: Syntax): Aggregated {
  const isNamed = item.kind === 'SimpleNamedExpression';
  const call = isNamed ? item.part('Expression') : item;
  if (call.kind !== 'FunctionCallExpression') throw call.unknown('this in place of an aggregate');
  const name = call.part('Name').identifier;
  const args = call.part('ArgumentList').items('Expressions');
  if (name === 'arg_max') {
    if (isNamed) throw item.unknown('a name for what arg_max gives');
    return { columns: args.map(columnOf), values: (group) => rowOfMax(args, group, call) };
  }
  const aggregate = AGGREGATES[name];
  if (aggregate === undefined) throw call.unknown('this aggregate');
  const column = { name: isNamed ? item.part('Name').identifier : unnamed(name, args, call), type: call.type };
  return { columns: [column], values: (group) => [aggregate(args, group, call)] };
}

function unnamed(name: string, args: readonly Syntax[], call: Syntax): string {
  const [of] = args;
  if (args.length > 1 || (of !== undefined && of.kind !== 'NameReference')) throw call.unknown('this without a name');
  return `${name}_${of?.identifier ?? ''}`;
}

export function columnOf(expression: Syntax): Column {
  const { type } = expression;
  if (expression.kind === 'NameReference') return { name: expression.identifier, type };
  if (expression.kind === 'SimpleNamedExpression') return { name: expression.part('Name').identifier, type };
  throw expression.unknown('the name of this column');
}

/** Kusto takes any of several rows that are the greatest; a query that leaves it to chance is refused here. */
function rowOfMax(args: readonly Syntax[], group: readonly Scope[], call: Syntax): readonly Value[] {
  const of = needed(args[0], call);
  const greatest = last(known(of, group));
  if (greatest === null) return args.map(({ type }) => absent(type));
  const rows = group
    .map((scope) => args.map((argument) => evaluate(argument, scope)))
    .filter(([value = null]) => !isNull(value) && compare(value, greatest) === 0);
  const [first, ...others] = rows;
  if (first === undefined) throw call.unknown('a greatest value that no row has');
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) {
    throw new Error(`More than one row is the greatest, and Kusto would take any of them: ${call.text}.`);
  }
  return first;
}
