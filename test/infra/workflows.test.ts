import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', '..', '.github', 'workflows');
const uses = readdirSync(folder).flatMap((file) =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/uses: *(.*)$/gm)].map(([, action = '']) => ({ file, action })),
);
const fromOutside = uses.filter(({ action }) => !action.startsWith('./'));

describe('the workflows', () => {
  it.each(fromOutside)(
    'take $action of $file by a commit, which nobody can move, and say its version',
    ({ action }) => {
      expect(action).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it('take one commit of each action', () => {
    const names = new Set(fromOutside.map(({ action }) => action.split('@')[0]));
    expect(names.size).toBeGreaterThan(2);
    expect(new Set(fromOutside.map(({ action }) => action)).size).toBe(names.size);
  });

  it('attest what a release publishes before they publish it', () => {
    const release = readFileSync(join(folder, 'release.yml'), 'utf8');
    const attestation = release.indexOf('actions/attest-build-provenance@');
    expect(attestation).toBeGreaterThan(release.indexOf('npm run package'));
    expect(attestation).toBeLessThan(release.indexOf('gh release create'));
    const attested = release.slice(attestation).match(/dist\/\S+/g) ?? [];
    const published = /gh release create .*/.exec(release)?.[0].match(/dist\/\S+/g) ?? [];
    // The sums are made of what is attested already.
    expect(published.filter((path) => !attested.slice(0, 3).includes(path))).toEqual(['dist/SHA256SUMS']);
  });
});
