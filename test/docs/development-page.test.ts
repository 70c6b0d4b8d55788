import { readdirSync } from 'node:fs';
import { codeSpans, section } from '../support/documents.ts';

/** Folders and single files that are rooms of their own, from `src/core` on. */
function roomsOfSource(): string[] {
  const entries = (folder: string) => readdirSync(folder, { withFileTypes: true });
  const isFolder = (entry: { isDirectory(): boolean }): boolean => entry.isDirectory();
  return entries('src').flatMap((top) => {
    const path = `src/${top.name}`;
    if (!isFolder(top) || path === 'src/local') return [path];
    return [
      path,
      ...entries(path)
        .filter(isFolder)
        .map(({ name }) => `${path}/${name}`),
    ];
  });
}

describe('docs/development.md', () => {
  const layout = section('docs/development.md', '## Layout');

  it('lists every folder of src, and no other', () => {
    const [table = ''] = layout.split('\n\n').filter((part) => part.trimStart().startsWith('| folder |'));
    const rows = table.trim().split('\n').slice(2);
    const listed = rows.flatMap((row) => codeSpans({ path: '', text: row.split(' | ')[0] ?? '' }));
    expect(listed.filter((path) => path.startsWith('src/')).sort()).toEqual(roomsOfSource().sort());
    expect(rows.filter((row) => !/\w{2,}/.test(row.split(' | ')[1] ?? ''))).toEqual([]);
  });
});
