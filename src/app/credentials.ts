import { ReplicationFailure } from '../core/facts/failure.ts';
import { within } from '../deadline.ts';
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';

/** What Custom Vision's data plane accepts; see Microsoft's authentication page for Azure AI services. */
const COGNITIVE_SERVICES_SCOPE = 'https://cognitiveservices.azure.com/.default';

/** As `__credential` and the settings beside it say, which the Functions host reads for its triggers too. */
export interface Identity {
  /** Null for whatever the surroundings offer, a managed identity among others: that of `AZURE_CLIENT_ID`, where that is set. */
  readonly credential: 'managedidentity' | null;
  /** A user-assigned managed identity by its client, or by its ARM id; both null for the system-assigned one. */
  readonly clientId: string | null;
  readonly managedIdentityResourceId: string | null;
}

/** The identity library tries again by itself, for longer than any call can wait. */
const TOKEN_LIMIT_IN_MS = 30_000;

/** A credential that is made, and its library loaded, when the first token is asked for. */
export function credentialFor(identity: Identity): TokenCredential {
  let made: Promise<TokenCredential> | null = null;
  return punctual({
    async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
      made ??= make(identity);
      return (await made).getToken(scopes, options);
    },
  });
}

/**
 * The same credential, which gives a token in time, or the failure `SIGN_IN_UNAVAILABLE`, or ends as its caller says.
 * @internal
 */
export function punctual(credential: TokenCredential, limitInMs = TOKEN_LIMIT_IN_MS): TokenCredential {
  const late = () => signInUnavailable(`Microsoft Entra ID gave no token within ${limitInMs / 1_000} s.`);
  return {
    getToken(scopes, options) {
      const caller = options?.abortSignal;
      return within(limitInMs, caller instanceof AbortSignal ? caller : undefined, late, (abortSignal) =>
        credential.getToken(scopes, { ...options, abortSignal }),
      );
    },
  };
}

function signInUnavailable(message: string, cause?: unknown): ReplicationFailure {
  return new ReplicationFailure(message, {
    class: 'transient',
    code: 'SIGN_IN_UNAVAILABLE',
    hint: 'It is asked again after a delay.',
    executed: 'no',
    cause,
  });
}

async function make({
  clientId,
  managedIdentityResourceId: resourceId,
  credential,
}: Identity): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (credential === null) return new DefaultAzureCredential();
  if (clientId !== null) return new ManagedIdentityCredential({ clientId });
  return resourceId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ resourceId });
}

/** The bearer token for a Custom Vision resource; the identity library caches and renews it. */
export async function cognitiveServicesToken(credential: TokenCredential, signal: AbortSignal): Promise<string> {
  try {
    const token = await credential.getToken(COGNITIVE_SERVICES_SCOPE, { abortSignal: signal });
    if (token !== null) return token.token;
  } catch (error) {
    // A refusal by the identity service needs a person; failing to reach it passes by itself.
    if (signal.aborted || !isOutage(error)) throw error;
    throw signInUnavailable('Microsoft Entra ID could not be asked for a token for Custom Vision.', error);
  }
  throw new Error('Microsoft Entra ID gave no token for Custom Vision.');
}

function isOutage(error: unknown): boolean {
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return (
    (statusCode !== undefined && statusCode >= 500) ||
    ['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ETIMEDOUT'].includes(code ?? '')
  );
}
