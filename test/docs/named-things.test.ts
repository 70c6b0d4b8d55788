import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { SETTINGS } from '../../src/settings/settings.ts';
import { anchors, codeLines, codeSpans, eventNames, links, pages, registeredRoutes } from '../support/documents.ts';

// Whatever a page names has to be there: a reader follows the name, and a stale one costs more than none.

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The text of every file below a folder with one of the endings. */
function textBelow(folder: string, endings: RegExp): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => endings.test(path))
    .map((path) => readFileSync(join(root, folder, path), 'utf8'))
    .join('\n');
}

const code = [textBelow('src', /\.ts$/), textBelow('test/support', /\.ts$/), textBelow('scripts', /\.mjs$/)].join('\n');
const files = ['src', 'test', 'infra', 'scripts', 'tools', '.'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((path) => basename(path)),
);
const deployed = [textBelow('infra', /\.(bicep|bicepparam|kql)$/), read('host.json'), read('azure.yaml')].join('\n');
const azdVariables = [...read('infra/main.bicepparam').matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(
  ([, name = '']) => name,
);

const outputs = [...read('infra/main.bicep').matchAll(/^output (\w+) /gm)].map(([, name = '']) => name);

/** `a/{b,c}/d` as `a/b/d` and `a/c/d`. */
function expanded(path: string): string[] {
  const [, before = '', choices, after = ''] = /^(.*?)\{([\w,-]+)\}(.*)$/.exec(path) ?? [];
  return choices === undefined
    ? [path]
    : choices.split(',').flatMap((choice) => expanded(`${before}${choice}${after}`));
}

/** Whether there is such a file or folder; a star is any part of a name, and what is in angle brackets too. */
function isThere(path: string): boolean {
  const name = basename(path);
  if (!/[*<]/.test(name)) return existsSync(join(root, path));
  const folder = join(root, dirname(path));
  const parts = name.split(/\*|<[^>]+>/).map((part) => part.replace(/[.+]/g, '\\$&'));
  return existsSync(folder) && readdirSync(folder).some((entry) => new RegExp(`^${parts.join('.+')}$`).test(entry));
}

const FOLDERS = /^(src|test|infra|scripts|tools|docs|\.github|\.ci)\/[^\s…]*$/;

describe.each(pages())('$path', (page) => {
  const spans = codeSpans(page);
  const lines = codeLines(page);

  it('names no file or folder of the project that is not there', () => {
    const paths = spans.filter((span) => FOLDERS.test(span)).flatMap(expanded);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
    const names = spans.filter((span) => /^[\w-]+\.(ts|mjs|kql|bicep|bicepparam|csproj)$/.test(span));
    expect(names.filter((name) => !files.includes(name))).toEqual([]);
  });

  it('links to no page, file or heading that is not there', () => {
    const broken = links(page).filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [target = '', anchor] = link.split('#');
      const path = target === '' ? page.path : posix.join(dirname(page.path), target);
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && !anchors(read(path)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names no npm command that package.json does not have', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = [...spans, ...lines].flatMap((text) => {
      const named = [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
      return [...named, ...[...text.matchAll(/\bnpm (start|test)\b/g)].map(([, name = '']) => name)];
    });
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names no setting, variable of azd or code that is not there', () => {
    const names = spans.flatMap((span) => /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:__\w+)?(?:=.*)?$/.exec(span)?.[1] ?? []);
    const known = new Set([...SETTINGS.map(({ name }) => name), ...azdVariables, ...outputs]);
    const isCode = (name: string): boolean => new RegExp(`'${name}'|\\b${name}[:=]`).test(code);
    expect(names.filter((name) => !known.has(name) && !isCode(name))).toEqual([]);
  });

  it('names no route that is not registered', () => {
    const routes = registeredRoutes().map((route) => route.split(' ').slice(0, 2).join(' '));
    const named = spans.flatMap((span) => {
      const [, method, path] = /^(?:(GET|POST|PUT|DELETE) )?(\/api\/[^\s?]*)(?:\?.*)?$/.exec(span) ?? [];
      return path === undefined ? [] : [{ span, method, path: path.replace(/\{[^}]+\}|<[^>]+>/g, '{id}') }];
    });
    const isRegistered = ({ method, path }: (typeof named)[number]): boolean =>
      routes.some((route) => (method === undefined ? route.endsWith(` ${path}`) : route === `${method} ${path}`));
    expect(named.filter((one) => !isRegistered(one)).map(({ span }) => span)).toEqual([]);
  });

  it('names no event that is never logged', () => {
    const events = eventNames();
    const families = new Set(events.map((name) => name.split('.')[0]));
    const isMember = (word: string): boolean => new RegExp(`\\b${word}\\??:`).test(code);
    const named = spans.filter((span) => /^[a-z]+(\.[a-z]+)+$/.test(span) && families.has(span.split('.')[0]));
    const isFile = (span: string): boolean => /\.(json|md|ts|mjs|csv)$/.test(span);
    const isField = (span: string): boolean => span.split('.').slice(1).every(isMember);
    expect(named.filter((span) => !events.includes(span) && !isFile(span) && !isField(span))).toEqual([]);
  });

  it('names no function, field or option that neither code nor deployment knows', () => {
    const names = spans.flatMap((span) => /^\.?([a-z]+(?:[A-Z][a-z0-9]*)+)(?:\(.*\))?$/.exec(span)?.[1] ?? []);
    const isKnown = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(`${code}\n${deployed}`);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  });
});
