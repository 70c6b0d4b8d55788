const MASK = '***';

/** A URL's query is where tokens and signatures are, so whatever is quoted to us is cut there. */
const QUERY = /\?[^\s"'<>?]*=[^\s"'<>]*/g;
const NAMED_SECRET = /\b(sig|token)(=|%3d)[^\s"'<>&,}]+/gi;
const HEADER = /\b(training-key|prediction-key|bearer)\b([\s:="]+)[\w.~+/=-]{8,}/gi;

/** Text that came from elsewhere, without the secrets that are known and without what looks like one. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    for (const form of [secret, encodeURIComponent(secret)]) clean = clean.replaceAll(form, MASK);
  }
  return clean.replace(QUERY, `?${MASK}`).replace(NAMED_SECRET, `$1$2${MASK}`).replace(HEADER, `$1$2${MASK}`);
}
