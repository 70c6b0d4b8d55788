import type { FailureClass } from '../core/facts/failure.ts';

type Hint = (host: string) => string;

const TRY_AGAIN = 'It is tried again with a growing delay.';

/** By the service's code, or by ours. */
const BY_CODE: ReadonlyMap<string, Hint> = new Map<string, Hint>([
  [
    'BadRequestExportWhileTraining',
    (host) => `A project is not exported while ${host} trains it. It is tried again; nothing has to be done.`,
  ],
  [
    'BadRequestTrainingAlreadyInProgress',
    (host) => `${host} is training this project. It is tried again; nothing has to be done.`,
  ],
  [
    'BadRequestExportAlreadyInProgress',
    (host) => `${host} has this model package already, or is making it: GetExports says how far it is.`,
  ],
  [
    'ForbiddenDRModeEnabled',
    (host) =>
      `Microsoft has put ${host} into its own disaster recovery mode, in which projects are read-only. ` +
      'Watch Azure Service Health; it is tried again until that ends.',
  ],
  [
    'BadRequestCustomerManagedKeyRevoked',
    (host) => `Restore ${host}'s access to its customer-managed encryption key in Key Vault.`,
  ],
  [
    'BadRequestInvalidImportToken',
    (host) =>
      `The project is exported anew before ${host} is asked again. Tokens last about a day and only in one cloud.`,
  ],
  [
    'BadRequestInvalidUri',
    (host) =>
      `Give plain container and queue URLs without a signature, and give ${host}'s system-assigned identity the roles ` +
      'Storage Blob Data Contributor and Storage Queue Data Contributor there.',
  ],
  [
    'BadRequestInvalidPublishTarget',
    (host) => `Give the full Azure resource id of a prediction resource in the region of ${host}.`,
  ],
  ['BadRequestIterationIsPublished', (host) => `Unpublish the iteration on ${host} first.`],
  [
    'HTTP_401',
    (host) =>
      `Check that the training key is one of ${host}'s own (Keys and Endpoint in the portal; a prediction key does not ` +
      'do). With Microsoft Entra ID the endpoint must be the custom subdomain of the resource.',
  ],
  [
    'HTTP_403',
    (host) =>
      `Give the app's identity the role Cognitive Services Custom Vision Contributor on ${host}, or a role that may ` +
      'read and export there; with a key, check the network rules of the resource.',
  ],
  ['HTTP_411', (host) => `Something between the app and ${host} removes the Content-Length header: check proxies.`],
  [
    'TOKEN_UNAVAILABLE',
    (host) => `Check that the app has an identity that may sign in to ${host}, or set a training key for it.`,
  ],
  ['UNSENDABLE', (host) => `Check that the training key for ${host} holds no spaces or line breaks.`],
  [
    'BAD_ANSWER',
    (host) =>
      `Check that ${host} is a Custom Vision training endpoint and that nothing in between rewrites answers. ${TRY_AGAIN}`,
  ],
  [
    'UNREADABLE_ANSWER',
    (host) =>
      `${host} shows something that can't be worked with; other projects go on. Look at the named thing in the portal, and ` +
      `give it a value of its kind; if it has one, please report this with the log line. ${TRY_AGAIN}`,
  ],
  [
    'NETWORK',
    (host) => `Check that the app can reach ${host}: name, DNS, firewall, private endpoint, certificate. ${TRY_AGAIN}`,
  ],
  ['DEADLINE', (host) => `${host} did not answer in time. ${TRY_AGAIN}`],
]);

const BY_CLASS: Partial<Record<FailureClass, Hint>> = {
  quota: (host) => `Delete projects or images that are no longer needed on ${host}, or move it to a larger tier.`,
  auth: (host) => `Check the training key for ${host}, or the role of the app's identity on it.`,
  'not-found': (host) => `It may have been deleted on ${host}; if nothing is found there, check the endpoint.`,
  throttled: (host) =>
    `${host} was sent more calls than it allows. The pace was halved, and where it asks for a wait no call of that kind is ` +
    'made before. If this goes on, others use the resource too, CALLS_PER_SECOND is too high, or the tier allows too few ' +
    'calls; once that is mended, POST /api/replicate/{id} tries at once.',
  transient: (host) => `The fault is on the side of ${host}: watch Azure Service Health. ${TRY_AGAIN}`,
  refused: (host) => `${host} does not accept this: read its message. The request is the same each time.`,
};

/** What a person can do about it: by code where there is something particular to say, else by class. */
export function hintFor(failureClass: FailureClass, codes: readonly string[], host: string): string {
  const byCode = codes.map((code) => BY_CODE.get(code)).find((hint) => hint !== undefined);
  const hint = byCode ?? BY_CLASS[failureClass];
  return hint?.(host) ?? `This was not foreseen for ${host}. Please report it with the log line.`;
}
