/**
 * Takes secrets out of text: keys, tokens, signatures. Used where a failure is made and where an event is written.
 *
 * A secret is known by its value, given away by its name or by its shape. A service may repeat one percent-encoded
 * (once or more, in either case of the digits), escaped for JSON or for HTML, or decoded; each of these is recognised.
 */

export type Mask = (text: string) => string;

/** What stands in a secret's place. */
const MASK = '***';

// Characters as they stand in a URL, in JSON or in HTML, encoded however often; backslashes are counted only so far, or a
// text that is made of them would take for ever. All patterns ignore case.
const EQUALS = String.raw`(?:=|%(?:25)*3d|\\{1,9}u003d|&#(?:61|x3d);)`;
const COLON = String.raw`(?::|%(?:25)*3a|\\{1,9}u003a|&#(?:58|x3a);)`;
const AMPERSAND = String.raw`(?:&amp;|&|%(?:25)*26|\\{1,9}u0026|;)`;
const QUESTION = String.raw`(?:\?|%(?:25)*3f|\\{1,9}u003f)`;
const QUOTE = String.raw`(?:\\{0,9}["'\x60]|%(?:25)*2[27]|\\{1,9}u002[27]|&quot;|&#(?:34|39|x22|x27);)`;
const SPACE = String.raw`(?:\s|\+|%(?:25)*20)`;
/** What may stand between a name, its sign and its value: spaces, quotation marks and what else opens a quotation. */
const BETWEEN = String.raw`(?:["'\x60\s+([{<]|\\(?:u002[027])?|%(?:25)*2[0278]|%(?:25)*(?:3c|5b|7b)|&(?:quot|lt);)*`;

/** A value's characters; an ampersand ends it, encoded or not. */
const VALUE_CHARACTER = String.raw`(?:(?!%(?:25)*26)[^&\s"'\x60<>\\;,]|\\{1,9}\/|\\{1,9}u00(?:2[bf]|3d)|&#(?:43|47|61|x2b|x2f|x3d);)`;
const VALUE = `${VALUE_CHARACTER}+`;

/** What may follow a name and a colon that is the end of a sentence's subject, as in `InvalidApiKey: the key has expired`. */
const NO_WORD = String.raw`(?![a-z]{1,15}(?![\w+/=%-]))`;

/** In prose a word follows a name as often as a value does: a value is long and has digits, and an id is no secret. */
const GUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const OPAQUE = String.raw`[\w+/=.~%:-]`;
const LOOKS_SECRET = String.raw`(?!${GUID}(?![\w-]))(?=${OPAQUE}{12})(?=${OPAQUE}*\d)(?=${OPAQUE}*[a-z])`;

const ANY_SECRET = String.raw`(?:token|key|secret|password|pwd|signature|sig|(?<![a-z])sas)s?\d?`;
/** Names that mean a secret wherever they stand. */
const SURE_NAME = [
  '(?:account|training|prediction|subscription|functions?|api|master|shared[-_]?access|primary|secondary)[-_]?key',
  'client[-_]?secret',
].join('|');
const MEMBER_NAME = String.raw`[\w-]*(?:${ANY_SECRET}|authorization|cookie|connection_?string|sas)`;
/** Schemes of an Authorization header. */
const SCHEME = '(?:Bearer|Basic|SharedKeyLite|SharedKey|SharedAccessSignature)';
/** What may stand for "is" between a name and its value. */
const SIGN = String.raw`(?:is|was|${COLON}|${EQUALS}|[-=]{1,2}(?:>|%(?:25)*3e|&gt;))`;

function pattern(...parts: readonly string[]): RegExp {
  return new RegExp(parts.join(''), 'gi');
}

/** Secrets behind a name that gives them away. The name stays, so that the text still says what was there. */
const NAMED_SECRETS: readonly RegExp[] = [
  // Members of JSON, up to the quotation mark that is escaped as often as the one it began with; cut off, to the end.
  pattern(`(${QUOTE}${MEMBER_NAME}${QUOTE}`, String.raw`${SPACE}*${COLON}${SPACE}*(${QUOTE}))(?:(?!(?<!\\)\2)[^])+`),
  // The same with a list of them, up to the bracket that ends it.
  pattern(
    `(${QUOTE}${MEMBER_NAME}${QUOTE}`,
    String.raw`${SPACE}*${COLON}${SPACE}*(?:\[|%(?:25)*5b))(?:(?!%(?:25)*5d)[^\]])+`,
  ),
  // Members of a list of headers.
  pattern(`(${QUOTE}(?:${SURE_NAME})${QUOTE}`, String.raw`${SPACE}*(?:,|%(?:25)*2c)${SPACE}*${QUOTE})`, VALUE),
  pattern(`((?:${SURE_NAME})`, String.raw`\d?${BETWEEN}(?:${COLON}|${EQUALS})${BETWEEN})${NO_WORD}`, VALUE),
  pattern(`(${ANY_SECRET}${EQUALS})`, VALUE),
  pattern(`((?:${QUESTION}|${AMPERSAND})code${EQUALS})`, VALUE),
  pattern(`(${SCHEME}${SPACE}+)${LOOKS_SECRET}`, VALUE),
  // A header of whatever scheme; those that a service asks for by are no secrets.
  pattern(`(authorization${BETWEEN}(?:${COLON}|${EQUALS})${BETWEEN}(?:${SCHEME}${SPACE}+)?)${LOOKS_SECRET}`, VALUE),
  pattern(String.raw`(\bcookie\d?${COLON}\s*)[^\r\n]+`),
  // Elements of XML, escaped or not.
  pattern(
    String.raw`((?:<|&lt;|\\{1,9}u003c|%(?:25)*3c)[\w.:-]{0,64}${ANY_SECRET}(?:>|&gt;|\\{1,9}u003e|%(?:25)*3e)\s*)`,
    VALUE,
  ),
  // The password of a URL.
  pattern(String.raw`(:(?:\/|%(?:25)*2f){2}[^\s/@:?#"']{0,256}:)[^\s/@?#"']{1,512}(?=@)`),
  pattern(`(${ANY_SECRET}${BETWEEN}(?:${SIGN}${BETWEEN})?)(?<![a-z0-9])${LOOKS_SECRET}`, VALUE),
  pattern(String.raw`(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[^]*?(?:-----END|$)`),
];

const BASE64 = String.raw`(?:[a-z0-9+/]|%(?:25)*2[bf]|\\{1,9}\/|\\{1,9}u002[bf]|&#(?:43|47|x2b|x2f);)`;

/** Secrets that are known by their shape alone. */
const SHAPED_SECRETS: readonly RegExp[] = [
  // Tokens of Microsoft Entra ID, whole or cut off.
  /(?<![\w-])eyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)*/g,
  // Keys of storage accounts; signatures, which are hashes of 32 bytes.
  pattern(`(?<![a-z0-9+/])${BASE64}{86}(?:${EQUALS}){2}`),
  pattern(`(?<![a-z0-9+/])${BASE64}{43}${EQUALS}(?!${EQUALS})`),
  // Newer keys of Azure AI services, and keys of a function app.
  /(?<![A-Za-z0-9])[A-Za-z0-9]{84}(?![A-Za-z0-9])/g,
  pattern(String.raw`(?<![\w-])[\w-]{30,60}AzFu[\w-]{6,12}(?:${EQUALS}){0,2}`),
];

/** Parameters of a URL that say where and how, and open nothing: of Azure Storage, of a SAS, of the Training API. */
const HARMLESS_PARAMETERS: ReadonlySet<string> = new Set(
  (
    'sv sr sp se st spr sip si ss srt skoid sktid skt ske sks skv comp restype timeout api-version include prefix ' +
    'delimiter maxresults name overwrite platform flavor publishname take skip iterationid predictionid since project'
  ).split(' '),
);

/** A URL's query, absolute or not: tokens are where nobody looks for them, so each value goes that is not known. */
const QUERY = pattern(
  String.raw`${QUESTION}[\w.$~-]+${EQUALS}(?:[^\s"'\x60<>\\]|\\{1,9}\/|\\{1,9}u00(?:26|2[bf]|3d))*`,
);
const PARAMETER = pattern(String.raw`((?:${QUESTION}|${AMPERSAND})([\w.$~-]+)${EQUALS})`, VALUE);

function maskQuery(query: string): string {
  return query.replace(PARAMETER, (whole, start: string, name: string) =>
    HARMLESS_PARAMETERS.has(name.toLowerCase()) ? whole : `${start}${MASK}`,
  );
}

/** A secret shorter than this would be found inside ordinary words. */
const SHORTEST_SECRET_IN_CHARACTERS = 8;

/**
 * Makes the function that takes secrets out of a text.
 *
 * @param secrets those that are known, e.g. the keys in the settings: they are found wherever they stand. Older keys of
 *   AI services look like trace ids, so that their shape alone gives nothing away.
 */
export function createMask(secrets: readonly string[]): Mask {
  const known = secrets
    .flatMap(withSignature)
    .filter(({ length }) => length >= SHORTEST_SECRET_IN_CHARACTERS)
    // The longest first: masking a signature before the token around it would leave the rest of the token readable.
    .sort((left, right) => right.length - left.length)
    .map((secret) => new RegExp(Array.from(secret, spellings).join(''), 'g'));
  return (text) => {
    let masked = text;
    for (const secret of known) masked = masked.replace(secret, MASK);
    for (const named of NAMED_SECRETS) masked = masked.replace(named, `$1${MASK}`);
    masked = masked.replace(QUERY, maskQuery);
    for (const shaped of SHAPED_SECRETS) masked = masked.replace(shaped, MASK);
    return masked;
  };
}

/** A secret without any encoding, and the signature in it, which may be quoted without the rest. */
function withSignature(secret: string): string[] {
  const plain = decoded(secret.trim());
  const signature = /\bsig=([^&;]+)/.exec(plain)?.[1];
  return signature === undefined ? [plain] : [plain, signature];
}

function decoded(text: string): string {
  try {
    const once = decodeURIComponent(text);
    return once === text ? text : decoded(once);
  } catch {
    return text;
  }
}

/** The pattern of a character in every way that it may be written. */
function spellings(character: string): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const eitherCase = (hex: string): string => hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const hex = (unit: number, digits: number): string => eitherCase(unit.toString(16).padStart(digits, '0'));
  const percent = [...new TextEncoder().encode(character)].map((byte) => `%(?:25)*${hex(byte, 2)}`).join('');
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const json = units.map((unit) => String.raw`\\{1,9}u${hex(unit, 4)}`).join('');
  const point = character.codePointAt(0) ?? 0;
  const html = `&(?:#0*${point}|#[xX]0*${hex(point, 0)}${NAMED_ENTITIES[character] ?? ''});`;
  // A form's decoder turns a plus sign into a space, and its encoder a space into a plus sign.
  const form = character === '+' ? '| |%(?:25)*20' : character === ' ' ? String.raw`|\+` : '';
  const literal = String.raw`\\{0,9}${character.replace(/[^\w\s]/u, String.raw`\$&`)}`;
  return `(?:${literal}|${percent}|${json}|${html}${form})`;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  '&': '|amp',
  '<': '|lt',
  '>': '|gt',
  '"': '|quot',
  "'": '|apos',
};

/** Takes secrets out of a text by their names and shapes, without knowing any of them. */
export const mask: Mask = createMask([]);

/** How long a chain of causes is kept, and how many of the errors that were thrown as one. */
const MOST_CAUSES = 5;

/**
 * Whatever was thrown as an error in words alone: name, message, stack and what caused it, all masked. Errors of libraries
 * carry requests and answers, with credentials in them; none of that is kept. Never throws itself: the caller would then be
 * left with the error as it was.
 */
export function maskedError(thrown: unknown, maskText: Mask, mostCauses = MOST_CAUSES): Error {
  try {
    return inWords(thrown, maskText, mostCauses);
  } catch {
    return new Error('Something was thrown that cannot be read.');
  }
}

function inWords(thrown: unknown, maskText: Mask, mostCauses: number): Error {
  if (!isErrorLike(thrown)) return new Error(maskText(textOf(thrown)));
  const { name, message, stack, cause, errors } = thrown;
  const inner = (error: unknown): Error => maskedError(error, maskText, mostCauses - 1);
  const options = cause === undefined || mostCauses === 0 ? undefined : { cause: inner(cause) };
  const words = maskText(message);
  const plain =
    Array.isArray(errors) && mostCauses > 0
      ? new AggregateError(errors.slice(0, MOST_CAUSES).map(inner), words, options)
      : new Error(words, options);
  plain.name = typeof name === 'string' ? maskText(name) : 'Error';
  if (typeof stack === 'string') plain.stack = maskText(stack);
  return plain;
}

interface ErrorLike {
  readonly message: string;
  readonly name?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return typeof thrown === 'object' && thrown !== null && typeof (thrown as { message?: unknown }).message === 'string';
}

/** In JSON, secrets are found behind the names of their members. */
function textOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null) return JSON.stringify(thrown);
  return typeof thrown === 'function' ? `the function ${thrown.name}` : String(thrown);
}
