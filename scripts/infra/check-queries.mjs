// Holds each KQL query against the language itself and against the log events that the app writes: docs/events.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './tools.mjs';

const FOLDER = 'infra/queries';
/** Of Azure's own table, what the queries may use. */
const APP_TRACES = '(TimeGenerated: datetime, Message: string, SeverityLevel: int, OperationId: string)';
/** In every event, beside its own fields. */
const COMMON_FIELDS = ['event', 'at', 'operationId'];

/**
 * @param template as `readTemplate` gives it, or null: then it is not asked who uses a query
 * @returns {string[]} the problems of all queries
 */
export function checkQueries(root, template) {
  const events = eventsOnPage(readFileSync(join(root, 'docs', 'events.md'), 'utf8'));
  const paths = readdirSync(join(root, FOLDER)).map((name) => `${FOLDER}/${name}`);
  const queries = new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  return [
    ...[...queries].flatMap(([path, text]) => [...checkLanguage(path, text), ...checkEvents(path, text, events)]),
    ...(template === null ? [] : checkUses(queries, template)),
  ];
}

/** Each query is used, each alert's is one of them, and gives the columns by which its alert is split. */
function checkUses(queries, { resources }) {
  const criteria = resources
    .filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules')
    .flatMap(({ name, properties }) => properties.criteria.allOf.map((criterion) => ({ name, ...criterion })));
  const pathOf = new Map([...queries].map(([path, text]) => [text, path]));
  const shown = resources
    .filter(({ type }) => type === 'Microsoft.Insights/workbooks')
    .map(({ properties }) => properties.serializedData);
  const used = (text) =>
    criteria.some(({ query }) => query === text) ||
    shown.some((data) => data.includes(JSON.stringify(text).slice(1, -1)));
  return [
    ...[...queries]
      .filter(([, text]) => !used(text))
      .map(([path]) => `${path}:1: no alert and no panel uses this query`),
    ...criteria.flatMap(({ name, query, dimensions }) => {
      const path = pathOf.get(query);
      if (path === undefined) return [`infra/modules/alerts.bicep:1: the query of ${name} is no file of ${FOLDER}`];
      return dimensions
        .filter((dimension) => !analyse(query).columns.includes(dimension.name))
        .map((dimension) => `${path}:1: gives no column ${dimension.name}, by which its alert is split`);
    }),
  ];
}

/** Event name -> its fields, from the table. */
function eventsOnPage(page) {
  const rows = page.matchAll(/^\| `([a-z.]+)` \| \w+ \| (.*?) \|/gm);
  return new Map(
    [...rows].map(([, event, fields]) => [event, [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field)]),
  );
}

let kusto = null;

/** Microsoft's own parser of KQL, which defines globals when it is loaded, and a workspace with the one table. */
function loadKusto() {
  if (kusto !== null) return kusto;
  requireTool('@kusto/language-service-next/bridge.min.js');
  requireTool('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
  const table = new Symbols.TableSymbol.$ctor7('AppTraces', APP_TRACES, null);
  const workspace = new Symbols.DatabaseSymbol.$ctor3('workspace', null, null, false).AddMembers([table]);
  kusto = { KustoCode, globals: GlobalState.Default.WithDatabase(workspace) };
  return kusto;
}

const analyses = new Map();

/** What the parser says of a query: where it is wrong, and the columns that it gives. Asked once for each text. */
function analyse(text) {
  if (!analyses.has(text)) {
    const { KustoCode, globals } = loadKusto();
    const code = KustoCode.ParseAndAnalyze(text, globals);
    analyses.set(text, {
      diagnostics: toArray(code.GetDiagnostics()).map(({ Message, Start }) => ({ message: Message, start: Start })),
      columns: toArray(code.ResultType?.Members).map(({ Name }) => Name),
    });
  }
  return analyses.get(text);
}

function toArray(list) {
  return Array.from({ length: list?.Count ?? 0 }, (_, index) => list.getItem(index));
}

/** Syntax, operators, functions, and whether each name is a column, a table or a variable at that point. */
function checkLanguage(path, text) {
  return analyse(text).diagnostics.map(({ message, start }) => `${path}:${lineAt(text, start)}: ${message}`);
}

/** Each statement reads only events that there are, and only fields that one of those has. */
function checkEvents(path, text, events) {
  const problems = [];
  for (const { statement, start } of statementsOf(text)) {
    const report = (match, message) => problems.push(`${path}:${lineAt(text, start + match.index)}: ${message}`);
    const named = [...statement.matchAll(/'([a-z]+\.[a-z]+)'/g)];
    for (const match of named) {
      if (!events.has(match[1])) report(match, `docs/events.md has no event ${match[1]}`);
    }
    const fields = [...COMMON_FIELDS, ...fieldsInReach(text, statement, events)];
    for (const match of statement.matchAll(/\bline\.(\w+)/g)) {
      if (!fields.includes(match[1])) report(match, `none of the events that are read here has a field ${match[1]}`);
    }
  }
  if (!/'[a-z]+\.[a-z]+'/.test(text)) problems.push(`${path}:1: reads no event`);
  return problems;
}

/** The fields of the events that a statement names, itself or through another statement that it reads from. */
function fieldsInReach(text, statement, events, seen = new Set()) {
  const own = [...statement.matchAll(/'([a-z]+\.[a-z]+)'/g)].flatMap(([, event]) => events.get(event) ?? []);
  const inherited = statementsOf(text).flatMap(({ statement: other }) => {
    const name = /let (\w+) =/.exec(other)?.[1];
    if (name === undefined || other === statement || seen.has(name)) return [];
    if (!new RegExp(`\\b${name}\\b`).test(statement)) return [];
    return fieldsInReach(text, other, events, new Set([...seen, name]));
  });
  return [...own, ...inherited];
}

function statementsOf(text) {
  const code = text.replace(/^\/\/.*$/gm, (comment) => ' '.repeat(comment.length));
  let start = 0;
  return code.split(';').map((statement) => {
    const found = { statement, start };
    start += statement.length + 1;
    return found;
  });
}

function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}
