const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** A size for people: `512 MB`, `1.4 GB`. */
export function bytes(count: number): string {
  let size = count;
  let unit = 0;
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit] ?? ''}`;
}
