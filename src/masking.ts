/** What stands in a secret's place. */
export const MASK = '***';

/** The end of a value in a URL, in JSON or in prose; an encoded ampersand ends one too, however often it was encoded. */
const VALUE = String.raw`(?:(?!%(?:25)*26)[^&\s"'<>\\;,])+`;
const EQUALS = String.raw`(?:=|%(?:25)*3D)`;

/** What goes by a name that gives it away. The name stays, so that the text still says what was there. */
const NAMED_SECRETS = [
  // Parameters of a URL: signatures of SAS tokens, import tokens, function keys.
  new RegExp(String.raw`((?:sig|signature|token|access_token|client_secret|password)${EQUALS})${VALUE}`, 'gi'),
  new RegExp(String.raw`((?:[?&]|%(?:25)*(?:3F|26)|\\u0026)code${EQUALS})${VALUE}`, 'gi'),
  // Parts of a connection string; a key's own `=` at its end belongs to it.
  /((?:AccountKey|SharedAccessKey|SharedAccessSignature)\s*=\s*)[^;\s"'<>\\]+/gi,
  // Headers, and members of JSON, whose quotation marks may be escaped once more.
  /((?:training-key|prediction-key|subscription-key|functions-key|api-key)[\s\\"']*[:=][\s\\"']*)[^\s"'\\,;&<>}]+/gi,
  /([\\"'](?:token|key|password|secret|accountKey|trainingKey|predictionKey|access_token|connectionString)\\*["']\s*:\s*\\*["'])[^"'\\]+/gi,
  /(\b(?:Bearer|SharedKey|SharedKeyLite)\s+)[\w.~+/:=-]+/gi,
];

/** What gives itself away by its shape: tokens of Microsoft Entra ID, keys of storage accounts, newer keys of AI services. */
const SHAPED_SECRETS = [
  /\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g,
  /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g,
  /(?<![A-Za-z0-9])[A-Za-z0-9]{84}(?![A-Za-z0-9])/g,
];

/** A secret shorter than this would be found inside ordinary words. */
const SHORTEST_SECRET_IN_CHARACTERS = 8;

/**
 * Makes the function that takes secrets out of a text.
 *
 * @param secrets those that are known, e.g. the keys in the settings: they are found wherever they stand, also
 *   percent-encoded. Older keys of AI services look like trace ids, so that their shape alone gives nothing away.
 */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter(({ length }) => length >= SHORTEST_SECRET_IN_CHARACTERS).flatMap(spellings);
  return (text) => {
    let masked = text;
    for (const secret of known) masked = masked.replaceAll(secret, MASK);
    for (const pattern of NAMED_SECRETS) masked = masked.replace(pattern, `$1${MASK}`);
    for (const pattern of SHAPED_SECRETS) masked = masked.replace(pattern, MASK);
    return masked;
  };
}

function spellings(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  return [...new Set([encodeURIComponent(encoded), encoded, secret])];
}

/** Takes out of a text what gives itself away as a secret, by its name or by its shape. */
export const mask = createMask([]);
