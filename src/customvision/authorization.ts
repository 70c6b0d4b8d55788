import { untilAborted } from '../deadline.ts';

/** How calls prove who they come from. */
export type Authorization =
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'entra';
      /** An access token for the audience `https://cognitiveservices.azure.com`; expected to cache by itself. */
      readonly getToken: (signal: AbortSignal) => Promise<string>;
    };

/** A request header and the secret in it. */
export interface Credential {
  readonly header: string;
  readonly value: string;
  readonly secret: string;
}

/** Rejects with whatever `getToken` does, or with the signal's reason, even where `getToken` does not heed it. */
export async function authorize(authorization: Authorization, signal: AbortSignal): Promise<Credential> {
  if (authorization.kind === 'key') {
    return { header: 'Training-Key', value: authorization.key, secret: authorization.key };
  }
  const token = await untilAborted(authorization.getToken(signal), signal);
  return { header: 'Authorization', value: `Bearer ${token}`, secret: token };
}
