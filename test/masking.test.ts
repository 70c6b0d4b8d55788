import { inspect } from 'node:util';
import { createMask, mask, maskedError } from '../src/masking.ts';
import { lowerCased, spellingsOf } from './support/canaries.ts';

const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
const SAS = `https://x.blob.core.windows.net/c/b?sv=2017-04-17&sr=b&sig=${CANARY}%2Fab%3D&se=2026-01-05T08:00:00Z&sp=r`;

/** As a newer key of an Azure AI service looks. */
const AI_KEY = `${'Ab3'.repeat(17)}dJQQJ99BAACYeBjFXJ3w3AAAAACOGcana`;
const STORAGE_KEY = `${'a1+/'.repeat(21)}Zz==`;
/** As the signature of a SAS looks: a hash of 32 bytes. */
const SIGNATURE = `${'a1+/Zx'.repeat(7)}Q=`;
const JWT = `eyJhbGciOiJub25lIn0.${CANARY}.${CANARY}`;

describe('masking', () => {
  it.each([
    ['the signature of a SAS URL', SAS],
    ['a signature at the very end', `?sig=${CANARY}`],
    ['a signature in a URL that was percent-encoded', encodeURIComponent(SAS)],
    ['a signature in a URL that was percent-encoded twice', encodeURIComponent(encodeURIComponent(SAS))],
    ['a signature in JSON', JSON.stringify({ modelUri: SAS })],
    ['a signature in JSON in which ampersands are escaped', `{"u":"https://x/c?sp=r\\u0026sig=${CANARY}\\u0026sp=r"}`],
    ['an import token in a URL', `POST /projects/import?token=${CANARY}&name=x`],
    ['an import token that is an encoded SAS URL', `/projects/import?token=${encodeURIComponent(SAS)}&name=x`],
    ['a token in JSON', `{"token": "${CANARY}", "imageCount": 3}`],
    ['a token in JSON within JSON', JSON.stringify(JSON.stringify({ token: CANARY }))],
    ['a training key in a header', `Training-Key: ${CANARY}`],
    ['a prediction key in JSON', JSON.stringify({ 'Prediction-Key': CANARY })],
    ['a subscription key', `Ocp-Apim-Subscription-Key=${CANARY}`],
    ['a bearer token', `Authorization: Bearer ${CANARY}`],
    ['a shared key', `authorization: SharedKey things:${CANARY}=`],
    ['a connection string', `AccountName=things;AccountKey=${CANARY}/+a==;EndpointSuffix=core.windows.net`],
    ['a connection string with a signature', `BlobEndpoint=https://x/;SharedAccessSignature=sv=1&sig=${CANARY}`],
    ['a function key', `https://app.azurewebsites.net/api/status?code=${CANARY}==&x=1`],
    ['a token of Entra ID by itself', `got ${JWT} from it`],
    ['a token of Entra ID that was cut off', `got ${JWT.slice(0, -20)}`],
    ['a signature percent-encoded in lower case', lowerCased(encodeURIComponent(SAS))],
    ['a signature percent-encoded twice in lower case', lowerCased(encodeURIComponent(encodeURIComponent(SAS)))],
    ['a token with escaped quotation marks in it', String.raw`{"token":"a\"b${CANARY}","n":3}`],
    ['the same within JSON', JSON.stringify({ body: JSON.stringify({ token: `a"b${CANARY}` }) })],
    ['a token in JSON that was cut off', `{"imageCount":3,"token":"ab c,${CANARY}`],
    ['a token in percent-encoded JSON', encodeURIComponent(`{"token":"ab c,${CANARY}"}`)],
    ['the same with a space in it', lowerCased(encodeURIComponent(`{"token": "ab c,${CANARY}"}`))],
    ['the same with a list of them', encodeURIComponent(encodeURIComponent(`{"keys": ["ab c", "${CANARY}"]}`))],
    ['a list of headers that was percent-encoded', encodeURIComponent(`["Training-Key", "${CANARY}"]`)],
    ['a token in JSON that was escaped for HTML', `{&quot;token&quot;:&quot;ab c,${CANARY}&quot;}`],
    ['a key in JSON under a longer name', `{"secondaryAccountKey1": "${CANARY}"}`],
    ['a slash in a signature that JSON escaped', String.raw`"https:\/\/x\/c?sig=ab\/${CANARY}"`],
    ['an equals sign that JSON escaped', String.raw`?sp=r\u0026sig\u003dab\u002b${CANARY}`],
    ['a plus sign that was escaped for HTML', `?sp=r&amp;sig=ab&#x2B;${CANARY}`],
    ['a key and its name', `key: ${CANARY}`],
    ['a token in prose', `The token '${CANARY}' is not valid.`],
    ['a key in prose', `Key ${CANARY} was not found.`],
    ['a key in a list of headers', `["Training-Key","${CANARY}","Accept","*/*"]`],
    ['a header as Node shows it', `{ 'Ocp-Apim-Subscription-Key': '${CANARY}' }`],
    ['a header that was percent-encoded', lowerCased(encodeURIComponent(`Training-Key: ${CANARY}`))],
    ['a subscription key in a header', `Ocp-Apim-Subscription-Key: ${CANARY}`],
    ['a code in a form', `grant_type=x&code=${CANARY}`],
    ['a bearer token in a form', `authorization=Bearer+${CANARY}`],
    ['a value of a query that nobody knows', `GET https://login.example/token?foo=${CANARY}&sp=r`],
    ['a signature as a member', `{"sig":"${CANARY}"}`],
    ['a signature behind a colon', `sig: ${CANARY}`],
    ['a token in quotation marks behind an equals sign', `token="${CANARY}"`],
    ['a token with spaces around the sign', `token = ${CANARY}`],
    ['a token in brackets', `the token [${CANARY}], the key (${CANARY}), the sas <${CANARY}>`],
    ['a token behind an arrow', `token => ${CANARY}, key -> ${CANARY}`],
    ['tokens in a list', `{"tokens": ["ab c,${CANARY}", "${CANARY}"]}`],
    ['keys in prose', `Keys: ${CANARY}`],
    ['a token in XML', `<accessToken>${CANARY}</accessToken>`],
    ['a token in XML that was escaped', lowerCased(encodeURIComponent(`<Signature>${CANARY}</Signature>`))],
    ['a SAS by its short name', `SAS: ${CANARY} and sas=${CANARY}`],
    ['an authorization without a scheme', `Authorization: ${CANARY}`],
    ['a cookie', `HTTP/1.1 200 OK\r\nSet-Cookie: a=${CANARY}; b=${CANARY}\r\nContent-Length: 0`],
    ['a cookie in JSON', JSON.stringify({ 'set-cookie': [`a=${CANARY}; b=${CANARY}`] })],
    ['the password of a URL', `https://me:${CANARY}@host.example/x`],
    ['a header among others', `Host: a\r\nTraining-Key: ${CANARY}\r\nAccept: */*`],
    ['a header whose value is on the next line', `Training-Key:\r\n\t${CANARY}`],
    ['a connection string over several lines', `AccountName=things;\nAccountKey=\n${CANARY};\nEndpointSuffix=x`],
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${CANARY}\n${CANARY}\n-----END PRIVATE KEY-----`],
    ['the same without a host', `GET /models?foo=${CANARY}`],
    ['the same, percent-encoded', lowerCased(encodeURIComponent(`https://x.example/?sp=r&foo=${CANARY}`))],
  ])('takes out %s', (_what, text) => {
    expect(mask(text)).not.toContain(CANARY);
    expect(mask(text)).toContain('***');
  });

  it('takes out a bare key of an AI service and of a storage account', () => {
    expect(AI_KEY).toHaveLength(84);
    expect(STORAGE_KEY).toHaveLength(88);
    expect(mask(`keys ${AI_KEY} and ${STORAGE_KEY}.`)).toBe('keys *** and ***.');
  });

  it.each([
    ['a signature', SIGNATURE],
    ['a storage account key', STORAGE_KEY],
    ['a key of an AI service', AI_KEY],
    ['a key of a function app', `${'aB-3_'.repeat(8)}AzFuQx7t9Zw==`],
  ])('takes out %s by its shape, however it is written', (_what, secret) => {
    for (const spelling of spellingsOf(secret)) {
      expect(mask(`It was (${spelling}).`)).toBe('It was (***).');
    }
  });

  it.each(['Training-Key: noDigitsInThisOne', 'api_key = Short1', 'ClientSecret: hunter2'])(
    'takes out of %p what no word of prose is',
    (text) => expect(mask(text)).toMatch(/^[\w-]+( =|:) \*\*\*$/),
  );

  /** A pattern that goes back over what it has read takes minutes for a text of this length, and hours for the next. */
  const LONG = 1024 * 1024;
  const QUICK_IN_MS = 20_000;

  it.each(
    'sig=|"token":"|"token":[|"token|token [|key |key is |key -|key=>|keys|?a=|%3F|%25|eyJ|-eyJaaaaaaaaaaaa|a|\\| |+|Bearer |'
      .concat(
        'authorization: |authorization|cookie: |<a|<key>|://|://a:b|sas|-----BEGIN PRIVATE KEY-----|&quot;|0f8fad5b-',
      )
      .split('|'),
  )('takes as long as the text is where that is made of %p', (begin) => {
    const text = begin.repeat(LONG).slice(0, LONG);
    const startedAt = performance.now();
    createMask([SAS])(text);
    expect(performance.now() - startedAt).toBeLessThan(QUICK_IN_MS);
  });

  it('finds nothing more in what is masked', () => {
    for (const text of [SAS, JWT, `{"token":"${CANARY}"}`, `key: ${CANARY}`, `/x?foo=${CANARY}`]) {
      expect(mask(mask(text))).toBe(mask(text));
    }
  });

  it('leaves the rest of the text', () => {
    expect(mask(SAS)).toBe(
      'https://x.blob.core.windows.net/c/b?sv=2017-04-17&sr=b&sig=***&se=2026-01-05T08:00:00Z&sp=r',
    );
    expect(mask(encodeURIComponent(`?sig=${CANARY}&sp=r`))).toBe('%3Fsig%3D***%26sp%3Dr');
    expect(mask(`AccountName=things;AccountKey=${CANARY};EndpointSuffix=core.windows.net`)).toBe(
      'AccountName=things;AccountKey=***;EndpointSuffix=core.windows.net',
    );
  });

  it.each([
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    'r1-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '400 BadRequestInvalidImportToken: the token is not valid.',
    'Training-Key is missing',
    'the code is 7',
    'the bearer token is missing',
    'WWW-Authenticate: Bearer authorization_uri="https://login.example/common"',
    'InvalidApiKey: the key has expired',
    'authorization: the role is missing',
    'The token (0f8fad5b-d9cb-469f-a165-70867728950e) of a key [sig] -> see below, in Kansas=2 and Arkansas: 20260105t08',
    'Tags: ["a", "b"] of https://host:8080/x@2',
    'Give the app the key or the token; see the key vault.',
    'The key 0f8fad5b-d9cb-469f-a165-70867728950e is no token bc3f7dad-5544-468c-8573-3ef04d55463e.',
    'Monkeys of 20260105, monkey20260105t080000 and key-20260105t080000',
    'cvr-1a2b3c4d-20260105t080000-0123456789ab',
    'models/0f8fad5b-d9cb-469f-a165-70867728950e/fe1e83c4-6f50-4899-9544-6bb08cf0e15a/ONNX/9f86d081884c7d65.zip',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 of "0x8DD1E2F3A4B5C6D"',
    'GET https://x.blob.core.windows.net/c?restype=container&comp=list&prefix=records%2F',
    'POST /customvision/v3.3/training/projects/import?name=Fruit%20%26%20nuts&overwrite=true',
    '/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/dr/providers/Microsoft.CognitiveServices/accounts/p',
    'Reading the blob records/0f8fad5b-d9cb-469f-a165-70867728950e.json failed with 403 AuthorizationFailure: No.',
  ])('leaves %p as it is', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('takes out a secret that it was told of, wherever it stands', () => {
    const key = '4bf92f35/77b34da6+a3ce929d0e0e4736';
    const masked = createMask([key, ''])(`${key} ${encodeURIComponent(key)} x${key}x`);
    expect(masked).toBe('*** *** x***x');
  });

  it.each([
    ['a key', '4bf92f35/77b34da6+a3ce929d0e0e4736'],
    ['an opaque token', 'tok&7f3a "9" <ü>/+=\\x'],
    ['a signed URL', SAS],
    ['a signed URL that is encoded already', encodeURIComponent(SAS)],
  ])('takes out %s that it was told of, however it is written', (_what, secret) => {
    const masked = createMask([secret]);
    for (const spelling of spellingsOf(secret)) {
      expect(masked(`Odd (${spelling}) thing`)).toBe('Odd (***) thing');
    }
  });

  it('takes out the signature of a signed URL that it was told of by itself', () => {
    const signature = new URL(SAS).searchParams.get('sig') ?? '';
    for (const spelling of spellingsOf(signature)) expect(createMask([SAS])(`(${spelling})`)).toBe('(***)');
  });
});

describe('an error that is masked', () => {
  it('keeps its words, where it was thrown and what caused it, and nothing else', () => {
    const cause = Object.assign(new TypeError(`sig=${CANARY}`), { request: { key: CANARY } });
    const thrown = Object.assign(new RangeError(`token=${CANARY}`, { cause }), { answer: CANARY });
    const masked = maskedError(thrown, mask);
    expect(inspect(masked, { depth: 20, showHidden: true })).not.toContain(CANARY);
    expect(masked).toMatchObject({ name: 'RangeError', message: 'token=***', cause: { name: 'TypeError' } });
    expect(masked.stack).toContain('masking.test.ts');
  });

  it('is made of whatever was thrown, a circle of causes too', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(maskedError(circle, mask).message).toBe('round');
    expect(maskedError(`token=${CANARY}`, mask).message).toBe('token=***');
  });

  it('keeps the errors that were thrown as one, in words alone too', () => {
    const both = [new Error(`token=${CANARY}`), `sig=${CANARY}`];
    const masked = maskedError(new AggregateError(both, 'Both failed.', { cause: `key=${CANARY}` }), mask);
    expect(masked).toBeInstanceOf(AggregateError);
    expect((masked as AggregateError).errors).toMatchObject([{ message: 'token=***' }, { message: 'sig=***' }]);
    expect(inspect(masked, { depth: 20, showHidden: true })).not.toContain(CANARY);
  });

  it.each<[string, unknown, string]>([
    ['an object', { token: CANARY, at: 'noon' }, '{"token":"***","at":"noon"}'],
    ['an object of no kind', Object.assign(Object.create(null) as object, { key: CANARY }), '{"key":"***"}'],
    ['what only looks like an error', { message: `sig=${CANARY}` }, 'sig=***'],
    ['a symbol', Symbol('odd'), 'Symbol(odd)'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a function', (): string => CANARY, 'the function '],
    [
      'what throws when it is read',
      Object.defineProperty({}, 'message', {
        get: () => {
          throw new Error(CANARY);
        },
      }),
      'Something was thrown that cannot be read.',
    ],
    ['what is a circle', circular(), 'Something was thrown that cannot be read.'],
  ])('is made of %s', (_, thrown, message) => {
    const masked = maskedError(thrown, mask);
    expect(masked.message).toBe(message);
    expect(inspect(masked, { depth: 20, showHidden: true })).not.toContain(CANARY);
  });

  it('has no secret in its name, and a stack whatever stood there', () => {
    const odd = Object.assign(new Error('odd'), { name: `token=${CANARY}`, stack: { token: CANARY } });
    const masked = maskedError(odd, mask);
    expect(masked.name).toBe('token=***');
    expect(inspect(masked, { depth: 20, showHidden: true })).not.toContain(CANARY);
  });
});

function circular(): object {
  const circle: Record<string, unknown> = { key: CANARY };
  circle['itself'] = circle;
  return circle;
}
