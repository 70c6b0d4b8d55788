import { createRequire } from 'node:module';

/** What is used of a node of the syntax tree; the package is C# made JavaScript, and its own types are 1.7 MB. */
interface BridgeNode {
  readonly Kind: number;
  readonly NameInParent: string | null;
  readonly ChildCount: number;
  readonly TextStart: number;
  readonly End: number;
  readonly ResultType?: { readonly Name: string } | null;
  readonly ValueText?: string | null;
  GetChild(index: number): BridgeNode | null;
}

interface BridgeList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface KustoCode {
  readonly Syntax: BridgeNode;
  readonly ResultType: { readonly Members?: BridgeList<{ readonly Name: string }> } | null;
  GetDiagnostics(): BridgeList<{ readonly Message: string; readonly Start: number }>;
}

interface KustoLanguage {
  readonly KustoCode: { ParseAndAnalyze(text: string, globals: unknown): KustoCode };
  readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
  readonly Symbols: {
    readonly TableSymbol: { readonly $ctor7: new (name: string, schema: string, description: null) => unknown };
    readonly DatabaseSymbol: {
      readonly $ctor3: new (
        name: string,
        alternate: null,
        members: null,
        isOpen: boolean,
      ) => { AddMembers(tables: unknown[]): unknown };
    };
  };
  readonly Syntax: { readonly SyntaxKind: unknown };
}

interface BridgeGlobals {
  readonly Kusto: { readonly Language: KustoLanguage };
  readonly System: { readonly Enum: { toString(type: unknown, value: number): string } };
}

/** Table name -> its columns, as Kusto writes them: `(TimeGenerated: datetime, Message: string)`. */
export type Schemas = Readonly<Record<string, string>>;

export interface ParsedQuery {
  readonly root: Syntax;
  /** The names of the columns that the query gives, as Microsoft's own binder tells them. */
  readonly columns: readonly string[];
}

let loaded: BridgeGlobals | null = null;

/** Microsoft's parser and binder define globals when they are loaded. */
function load(): BridgeGlobals {
  if (loaded === null) {
    const load = createRequire(__filename);
    load('@kusto/language-service-next/bridge.min.js');
    load('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
    loaded = globalThis as unknown as BridgeGlobals;
  }
  return loaded;
}

/** @throws {Error} where the query is not right: syntax, names and types */
export function parse(text: string, schemas: Schemas): ParsedQuery {
  const { Kusto } = load();
  const { KustoCode, GlobalState, Symbols } = Kusto.Language;
  const tables = Object.entries(schemas).map(([name, schema]) => new Symbols.TableSymbol.$ctor7(name, schema, null));
  const database = new Symbols.DatabaseSymbol.$ctor3('workspace', null, null, false).AddMembers(tables);
  const code = KustoCode.ParseAndAnalyze(text, GlobalState.Default.WithDatabase(database));
  const problems = listOf(code.GetDiagnostics()).map(({ Message, Start }) => {
    return `line ${text.slice(0, Start).split('\n').length}: ${Message}`;
  });
  if (problems.length > 0) throw new Error(`The query is not right. ${problems.join(' ')}`);
  const columns = code.ResultType?.Members === undefined ? [] : listOf(code.ResultType.Members);
  return { root: new Syntax(code.Syntax, text), columns: columns.map(({ Name }) => Name) };
}

function listOf<T>(list: BridgeList<T>): T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}

/** A node of the tree, its children by the names that their parent gives them. */
export class Syntax {
  readonly kind: string;
  readonly #node: BridgeNode;
  readonly #source: string;
  #children: readonly Syntax[] | null = null;

  constructor(node: BridgeNode, source: string) {
    const { System, Kusto } = load();
    this.#node = node;
    this.#source = source;
    this.kind = System.Enum.toString(Kusto.Language.Syntax.SyntaxKind, node.Kind);
  }

  /** As it stands in the query. */
  get text(): string {
    return this.#source.slice(this.#node.TextStart, this.#node.End);
  }

  /** Of a scalar expression: `long`, `string`, … */
  get type(): string {
    const name = this.#node.ResultType?.Name;
    if (name === undefined) throw this.unknown('an expression without a type');
    return name;
  }

  get children(): readonly Syntax[] {
    this.#children ??= Array.from({ length: this.#node.ChildCount }, (_, index) => this.#node.GetChild(index))
      .filter((child) => child !== null)
      .map((child) => new Syntax(child, this.#source));
    return this.#children;
  }

  get name(): string | null {
    return this.#node.NameInParent;
  }

  optional(name: string): Syntax | null {
    return this.children.find((child) => child.name === name) ?? null;
  }

  part(name: string): Syntax {
    const found = this.optional(name);
    if (found === null) throw this.unknown(`nothing called ${name}`);
    return found;
  }

  /** The elements of a list that this node has under that name, without their commas. */
  items(name: string): readonly Syntax[] {
    const elements = this.optional(name)?.children ?? [];
    return elements.map((element) =>
      element.kind === 'SeparatedElement' ? (element.children[0] ?? element) : element,
    );
  }

  /** The name that this node declares or refers to, without brackets and quotes. */
  get identifier(): string {
    if (this.children.length === 0) return this.#node.ValueText ?? this.text;
    const named = this.optional('Name') ?? this.children[0];
    if (named === undefined) throw this.unknown('no name');
    return named.identifier;
  }

  /** Of a literal: what its token says, without quotes. */
  get literal(): string {
    const token = this.part('Token');
    return token.#node.ValueText ?? token.text;
  }

  /** What to throw where the evaluator does not know a part of the language. */
  unknown(what: string): Error {
    const line = this.#source.slice(0, this.#node.TextStart).split('\n').length;
    return new Error(`Line ${line}: this evaluator of Kusto does not know ${what}: ${this.kind} \`${this.text}\`.`);
  }
}
