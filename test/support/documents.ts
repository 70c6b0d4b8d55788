import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

export interface Page {
  /** From the project's root, e.g. `docs/http.md`. */
  readonly path: string;
  readonly text: string;
}

/** Every page of the project that a person reads. */
export function pages(): Page[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'infra/README.md', ...docs.map((name) => `docs/${name}`)].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

/** What stands in backticks within the sentences and tables of a page. */
export function codeSpans({ text }: Page): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** The lines of a page's fenced blocks. */
export function codeLines({ text }: Page): string[] {
  return [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trimEnd().split('\n'));
}

/** The targets of a page's links. */
export function links({ text }: Page): string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** A page's headings, as GitHub makes anchors of them. */
export function anchors(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** The part of a page below a heading, up to the next one of the same rank. */
export function section(path: string, heading: string): string {
  const text = readFileSync(join(root, path), 'utf8');
  const rank = /^#+/.exec(heading)?.[0] ?? '';
  const after = text.split(`\n${heading}\n`)[1];
  if (after === undefined) throw new Error(`${path} has no heading ${heading}.`);
  return after.split(new RegExp(`^${rank} `, 'm'))[0] ?? '';
}

function withoutBlocks(text: string): string {
  return text.replace(/^```.*\n[\s\S]*?^```/gm, '');
}

/** `GET /api/status function` for each route that src/functions registers: method, path, and the key that it asks for. */
export function registeredRoutes(): string[] {
  const folder = join(root, 'src/functions');
  return readdirSync(folder).flatMap((file) => {
    const [, ...registrations] = readFileSync(join(folder, file), 'utf8').split('functions.http(');
    return registrations.flatMap((text) => {
      const route = /route: '([^']+)'/.exec(text)?.[1] ?? 'no route found';
      const level = /authLevel: (?:'([^']+)'|READING)/.exec(text);
      const methods = quotedIn(/methods: \[([^\]]*)\]/.exec(text)?.[1] ?? "'no method found'");
      const key = level === null ? 'no level found' : (level[1] ?? 'function or sign-in');
      // What the host calls an optional parameter of no length is no part of the address.
      const path = `/api/${route}`.replace(/\/\{ignored:maxlength\(0\)\?\}$/, '');
      return methods.map((method) => `${method} ${path} ${key === 'anonymous' ? 'none' : key}`);
    });
  });
}

/** What stands in single quotes. */
function quotedIn(text: string): string[] {
  return [...text.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
}

/** Every event's name, from the type that lists them. */
export function eventNames(): string[] {
  const text = ['events', 'metric-events']
    .map((name) => readFileSync(join(root, `src/core/facts/${name}.ts`), 'utf8'))
    .join();
  return [...text.matchAll(/readonly event: ((?:'[a-z.]+'(?:\s*\|\s*)?)+);/g)].flatMap(([, names = '']) =>
    quotedIn(names),
  );
}

/** What stands in quotes in the union of that name. */
export function unionMembers(path: string, type: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const union = new RegExp(`type ${type} =([^;]*);`).exec(text)?.[1];
  if (union === undefined) throw new Error(`${path} has no type ${type}.`);
  return quotedIn(union);
}
