import { sizeWords } from '../../../src/core/status/words.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [9_940, '9.9 kB'],
  [12_400, '12 kB'],
  [512_000_000, '512 MB'],
  [1_440_000_000, '1.4 GB'],
  [2_500_000_000_000, '2500 GB'],
])('%i bytes are told as %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});
