/** Whether storage, or who gives tokens for it, has said no, rather than that nobody answered. */
export function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { statusCode, name } = error as { statusCode?: unknown; name?: unknown };
  if (statusCode === 401 || statusCode === 403) return true;
  return typeof name === 'string' && NO_CREDENTIAL.test(name);
}

/** What @azure/identity throws where there is no identity, or the one there is gets no token. */
const NO_CREDENTIAL = /^(Aggregate)?(CredentialUnavailable|Authentication)Error$|^AuthenticationRequiredError$/;
