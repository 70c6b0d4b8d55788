import { misspeltSettings } from '../../src/settings/misspelt.ts';

describe('a misspelt setting', () => {
  it.each([
    ['is missing', {}],
    ['is blank, as a template leaves it', { INCLUDE_PROJECTS: '' }],
  ])('is told where the one that it resembles %s', (_, env) => {
    expect(misspeltSettings({ ...env, INCLUDE_PROJECT: 'Alpha' })).toEqual([
      { found: 'INCLUDE_PROJECT', meant: 'INCLUDE_PROJECTS' },
    ]);
  });

  it('is none where the one that it resembles is set', () => {
    expect(misspeltSettings({ INCLUDE_PROJECTS: 'Beta', INCLUDE_PROJECT: 'Alpha' })).toEqual([]);
  });
});
