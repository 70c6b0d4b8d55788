/**
 * Texts with wildcards: `*` stands for any characters, also none, and `?` for one; all others stand for themselves. A
 * character is what a person sees as one: an emoji made of several code points, a letter with its accents.
 */

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A text as its characters, in one case and one normal form: what looks the same is the same. */
function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text.normalize('NFC').toLowerCase().normalize('NFC')), ({ segment }) => segment);
}

/** A pattern's wildcards and characters; a wildcard is one even before an accent that would join a letter. */
function tokensOf(pattern: string): string[] {
  return pattern.split(/([*?])/).flatMap((part) => (part === '*' || part === '?' ? [part] : charactersOf(part)));
}

/**
 * Makes the function that tells whether a whole text matches a pattern, whatever the case. It takes at most as many steps
 * as the two are long, multiplied.
 */
export function wildcardMatcher(pattern: string): (text: string) => boolean {
  const tokens = tokensOf(pattern);
  return (text) => matches(tokens, charactersOf(text));
}

function matches(tokens: readonly string[], characters: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  // Where the latest star stands, and from which character on it has to be tried again with one more.
  let star = -1;
  let retryFrom = 0;
  while (at < characters.length) {
    if (tokens[token] === '*') {
      star = token;
      retryFrom = at;
      token += 1;
    } else if (tokens[token] === '?' || (token < tokens.length && tokens[token] === characters[at])) {
      at += 1;
      token += 1;
    } else if (star >= 0) {
      // A later star has been reached only by the shortest way through the earlier ones, so these need no other try.
      retryFrom += 1;
      at = retryFrom;
      token = star + 1;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === '*');
}
