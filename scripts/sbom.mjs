// Prints what ships as a CycloneDX software bill of materials: the packages that the bundle is made of, and those that
// they need. `npm sbom --omit=dev` leaves out some of them, so that everything is asked for and what is only for
// development is taken out here.
//
//   node scripts/sbom.mjs > sbom.cdx.json
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));

const { status, stdout, error } = spawnSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
});
if (status !== 0) throw new Error(`npm sbom ended with ${status ?? error?.message}`, { cause: error });

const bill = JSON.parse(stdout);
const { name, version, dependencies } = read('package.json');
const shipped = Object.entries(read('package-lock.json').packages)
  .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
  .map(([path, found]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${found.version}`);
const nameOf = (component) => `${component.name}@${component.version}`;

bill.metadata.component.name = name;
bill.components = bill.components.filter((component) => shipped.includes(nameOf(component)));
const kept = new Set([`${name}@${version}`, ...bill.components.map((component) => component['bom-ref'])]);
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map((entry) => ({ ...entry, dependsOn: (entry.dependsOn ?? []).filter((ref) => kept.has(ref)) }));

const missing = [...new Set([...shipped, ...Object.entries(dependencies).map((entry) => entry.join('@'))])].filter(
  (expected) => !bill.components.some((component) => nameOf(component) === expected),
);
if (missing.length > 0) throw new Error(`npm sbom does not tell of ${missing.join(', ')}, which ship.`);
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);
