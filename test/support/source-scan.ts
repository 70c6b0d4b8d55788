import ts from 'typescript';

/** What of the world outside a piece of code may reach for. */
export type Touch = 'env' | 'argv' | 'clock' | 'randomness' | 'console' | 'network' | 'everything';

/** The specifier of an import whose module is known only when it runs. */
export const COMPUTED = '(computed)';

interface ScannedImport {
  readonly specifier: string;
  /** Gone once the types are stripped. */
  readonly typeOnly: boolean;
}

export interface SourceScan {
  readonly imports: readonly ScannedImport[];
  readonly touches: ReadonlySet<Touch>;
}

/** Globals, alone or as `object.property`. A bare `process` or `globalThis` could be anything, so it is everything. */
const GLOBALS: Readonly<Record<string, Touch>> = {
  'process.env': 'env',
  'process.argv': 'argv',
  'process.exitCode': 'console',
  'process.stdout': 'console',
  'process.stderr': 'console',
  process: 'everything',
  globalThis: 'everything',
  console: 'console',
  'Date.now': 'clock',
  'performance.now': 'clock',
  setTimeout: 'clock',
  setInterval: 'clock',
  setImmediate: 'clock',
  'Math.random': 'randomness',
  crypto: 'randomness',
  fetch: 'network',
};

/** Names that mean the same wherever they are imported from. */
const IMPORTED: Readonly<Record<string, Touch>> = {
  randomUUID: 'randomness',
  randomBytes: 'randomness',
  randomInt: 'randomness',
  getRandomValues: 'randomness',
};

const MODULES: Readonly<Record<string, Touch>> = {
  'node:timers': 'clock',
  'node:timers/promises': 'clock',
  'node:process': 'everything',
  'node:http': 'network',
  'node:https': 'network',
  'node:net': 'network',
};

/** Reads one file's imports, and what it touches, from its syntax alone. */
export function scanSource(path: string, text: string): SourceScan {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: ScannedImport[] = [];
  const touches = new Set<Touch>();
  const own = declaredNames(file);
  const visit = (node: ts.Node): void => {
    const imported = importOf(node);
    if (imported !== null) imports.push(imported);
    const touch = touchOf(node, own);
    if (touch !== null) touches.add(touch);
    // Types are erased: `typeof process.env` in one reaches for nothing.
    if (!ts.isTypeNode(node)) ts.forEachChild(node, visit);
    else imports.push(...importTypes(node));
  };
  visit(file);
  for (const { specifier } of imports) {
    const touch = MODULES[specifier];
    if (touch !== undefined) touches.add(touch);
  }
  return { imports, touches };
}

function importOf(node: ts.Node): ScannedImport | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const phase = node.importClause?.phaseModifier;
    return { specifier: node.moduleSpecifier.text, typeOnly: phase === ts.SyntaxKind.TypeKeyword };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly };
  }
  if (!ts.isCallExpression(node)) return null;
  const dynamic =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require');
  const [argument] = node.arguments;
  if (!dynamic) return null;
  return {
    specifier: argument !== undefined && ts.isStringLiteral(argument) ? argument.text : COMPUTED,
    typeOnly: false,
  };
}

/** `import('…')` inside a type. */
function importTypes(node: ts.Node): ScannedImport[] {
  const found: ScannedImport[] = [];
  const visit = (inner: ts.Node): void => {
    if (
      ts.isImportTypeNode(inner) &&
      ts.isLiteralTypeNode(inner.argument) &&
      ts.isStringLiteral(inner.argument.literal)
    ) {
      found.push({ specifier: inner.argument.literal.text, typeOnly: true });
    }
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

function touchOf(node: ts.Node, own: ReadonlySet<string>): Touch | null {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0)
    return 'clock';
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'clock';
  if (ts.isImportSpecifier(node)) return IMPORTED[(node.propertyName ?? node.name).text] ?? null;
  if (!ts.isIdentifier(node) || own.has(node.text) || !isUse(node)) return null;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    const touch = GLOBALS[`${node.text}.${parent.name.text}`];
    if (touch !== undefined) return touch;
  }
  return GLOBALS[node.text] ?? null;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** True for an identifier that stands for a value, and not for a property or a label of its own. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isBindingElement(parent)
  );
}

/** Every variable, parameter, function and import of a file: a global of the same name is out of its reach. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
