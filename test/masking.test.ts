import { createMask, mask } from '../src/masking.ts';

const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
const SAS = `https://x.blob.core.windows.net/c/b?sv=2017-04-17&sr=b&sig=${CANARY}%2Fab%3D&se=2026-01-05T08:00:00Z&sp=r`;

/** As a newer key of an Azure AI service looks. */
const AI_KEY = `${'Ab3'.repeat(17)}dJQQJ99BAACYeBjFXJ3w3AAAAACOGcana`;
const STORAGE_KEY = `${'a1+/'.repeat(21)}Zz==`;
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
  ])('takes out %s', (_what, text) => {
    expect(mask(text)).not.toContain(CANARY);
    expect(mask(text)).toContain('***');
  });

  it('takes out a bare key of an AI service and of a storage account', () => {
    expect(AI_KEY).toHaveLength(84);
    expect(STORAGE_KEY).toHaveLength(88);
    expect(mask(`keys ${AI_KEY} and ${STORAGE_KEY}.`)).toBe('keys *** and ***.');
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
  ])('leaves %p as it is', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('takes out a secret that it was told of, wherever it stands', () => {
    const key = '4bf92f35/77b34da6+a3ce929d0e0e4736';
    const masked = createMask([key, ''])(`${key} ${encodeURIComponent(key)} x${key}x`);
    expect(masked).toBe('*** *** x***x');
  });
});
