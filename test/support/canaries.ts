/** Percent-encoding with lower-case digits, as .NET writes it. */
export function lowerCased(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** A secret as services are known to repeat one: plain, encoded once or twice in either case, in JSON, in HTML. */
export function spellingsOf(secret: string): string[] {
  const once = encodeURIComponent(secret);
  const twice = encodeURIComponent(once);
  const quoted = JSON.stringify(secret).slice(1, -1);
  const html = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('+', '&#x2B;');
  const all = [secret, once, twice, quoted, quoted.replaceAll('/', '\\/'), escapedByDotnet(secret), html];
  return [...new Set([...all, ...all.map(lowerCased)])];
}

/** JSON as System.Text.Json writes it: what HTML could misread is escaped too. */
function escapedByDotnet(secret: string): string {
  const quoted = JSON.stringify(secret).slice(1, -1);
  return quoted.replace(
    /[&<>+']|[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
