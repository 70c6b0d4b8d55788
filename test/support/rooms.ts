import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { COMPUTED, scanSource, type Touch } from './source-scan.ts';

/** One row of the table of rooms. */
export interface Room {
  /** Folders or files of src; a file belongs to the innermost room around it. */
  readonly rooms: readonly string[];
  /** Rooms, or parts of one as `replicator/ports`; a room may always import itself. */
  readonly mayImport: readonly string[];
  /** Packages and Node's own modules, by name; `anything` for all. */
  readonly packages: readonly string[];
  readonly mayTouch: readonly Touch[];
}

/** A file below src, its path relative to it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every way in which files break the table, a line each; empty where they keep to it. */
export function violations(table: readonly Room[], files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const { room, name } = rowOf(table, file.path);
    if (room === null) return [`${file.path}: ${roomOf(file.path)} is in no row of the table`];
    const scan = scanSource(file.path, file.text);
    const imports = scan.imports.flatMap(({ specifier }) => importViolation(room, name, file.path, specifier));
    const touches = [...scan.touches]
      .filter((touch) => !room.mayTouch.includes(touch) && !room.mayTouch.includes('everything'))
      .map((touch) => `${file.path}: touches ${touch}`);
    return [...imports, ...touches];
  });
}

/** The row of the innermost room that a file lies in. */
function rowOf(table: readonly Room[], path: string): { readonly room: Room | null; readonly name: string } {
  const module = path.replace(/\.ts$/, '');
  const named = table.flatMap((room) => room.rooms.map((name) => ({ room, name })));
  const around = named.filter(({ name }) => isWithin(module, name));
  return around.sort((left, right) => right.name.length - left.name.length)[0] ?? { room: null, name: '' };
}

function isWithin(module: string, entry: string): boolean {
  return module === entry || module.startsWith(`${entry}/`);
}

/** The groups of files that import each other, directly or by way of others; imports of types count too. */
export function importCircles(files: readonly SourceFile[]): string[][] {
  const imports = new Map(files.map(({ path, text }) => [path, scanSource(path, text).imports]));
  const targetsOf = (path: string): string[] =>
    (imports.get(path) ?? [])
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => posix.join(posix.dirname(path), specifier));
  const reachable = (from: string): Set<string> => {
    const reached = new Set<string>();
    const next = targetsOf(from);
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      next.push(...targetsOf(path));
    }
    return reached;
  };
  const reach = new Map(files.map(({ path }) => [path, reachable(path)]));
  const grouped = new Set<string>();
  return files.flatMap(({ path }) => {
    if (grouped.has(path) || reach.get(path)?.has(path) !== true) return [];
    const circle = files
      .map((other) => other.path)
      .filter((other) => reach.get(path)?.has(other) && reach.get(other)?.has(path));
    for (const member of circle) grouped.add(member);
    return [circle.sort()];
  });
}

function importViolation(room: Room, name: string, path: string, specifier: string): string[] {
  if (!specifier.startsWith('.')) {
    const allowed = room.packages.includes('anything') || room.packages.includes(packageOf(specifier));
    return allowed ? [] : [`${path}: imports the package ${specifier}`];
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (target.startsWith('..')) return [`${path}: imports ${specifier}, outside src`];
  const module = target.replace(/\.ts$/, '');
  const allowed = [name, ...room.mayImport].some((entry) => isWithin(module, entry));
  return allowed ? [] : [`${path}: imports ${module}`];
}

/** The first folder, or a file's own name where it lies in src itself. */
export function roomOf(path: string): string {
  return (path.split('/')[0] ?? path).replace(/\.ts$/, '');
}

/** The packages that files import, sorted; those that they take only types from count where `typesToo` says so. */
export function packagesOf(files: readonly SourceFile[], { typesToo }: { typesToo: boolean }): string[] {
  const imports = files.flatMap(({ path, text }) => scanSource(path, text).imports);
  const names = imports.filter(({ typeOnly }) => typesToo || !typeOnly).map(({ specifier }) => specifier);
  const ofPackages = names.filter((name) => !name.startsWith('.') && !isBuiltin(name) && name !== COMPUTED);
  return [...new Set(ofPackages.map(packageOf))].sort();
}

/** `@scope/name/deep` is of the package `@scope/name`; a module of Node's is named whole. */
function packageOf(specifier: string): string {
  if (isBuiltin(specifier)) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
