import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const made = readFileSync(join(root, 'test', 'infra', 'options', 'sign-in.txt'), 'utf8');
const excluded = [...made.matchAll(/excludedPaths\[\d+\]: "(.*)"/g)].map(([, path = '']) => path);

const folder = join(root, 'src', 'functions');
const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const levels = new Map(
  code
    .flatMap((text) => [...text.matchAll(/route: '([^']+)',\s+methods: \[[^\]]*\],\s+authLevel: '(\w+)'/g)])
    .map(([, route = '', level = '']) => [`/api/${route}`, level]),
);

describe('what may be reached without signing in', () => {
  it('is health, which is open, and the manifest, which its key protects', () => {
    expect(excluded.map((path) => [path, levels.get(path)])).toEqual([
      ['/api/health', 'anonymous'],
      ['/api/routing', 'function'],
    ]);
  });

  it('is said of the same paths in the documentation', () => {
    const [, section = ''] = readFileSync(join(root, 'docs', 'install.md'), 'utf8').split('### Sign-in');
    const rows = [...(section.split('### A lock')[0] ?? '').matchAll(/^\| `(\/api\/\w+)`/gm)].map(([, path]) => path);
    expect(rows).toEqual(excluded);
  });
});
