import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { COMPUTED, scanSource, type Touch } from './source-scan.ts';

/** One row of the table of rooms. */
export interface Room {
  readonly rooms: readonly string[];
  /** Rooms, or single files as `replicator/ports`; a room may always import itself. */
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
    const name = roomOf(file.path);
    const room = table.find(({ rooms }) => rooms.includes(name));
    if (room === undefined) return [`${file.path}: ${name} is in no row of the table`];
    const scan = scanSource(file.path, file.text);
    const imports = scan.imports.flatMap(({ specifier }) => importViolation(room, name, file.path, specifier));
    const touches = [...scan.touches]
      .filter((touch) => !room.mayTouch.includes(touch) && !room.mayTouch.includes('everything'))
      .map((touch) => `${file.path}: touches ${touch}`);
    return [...imports, ...touches];
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
  const allowed = [name, ...room.mayImport].some((entry) => module === entry || module.startsWith(`${entry}/`));
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
