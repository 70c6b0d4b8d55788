/**
 * What is not known of the real service. Each row is a switch: what it decides, the values it takes, and the one that
 * is used unless told otherwise. Whoever talks to the service must cope with every value.
 */
export const UNKNOWNS = {
  // Export and import
  exportWhileTraining: row('ExportProject while an iteration is training', ['refused', 'allowed']),
  exportWhileTrainingStatus: row('The status of that refusal', ['400', '409']),
  exportCounts: row("Whether ExportProject's answer holds counts and the estimated time", ['present', 'omitted']),
  tokenReusable: row('Whether one export token serves more than one import', ['yes', 'no']),
  tokenValidAfterSourceDeletion: row('Whether a token outlives the project that it was made from', ['yes', 'no']),
  importNameTaken: row('ImportProject under a name that is taken: `name (1)`, or refused', ['suffix', 'refused']),
  importAtLimit: row('ImportProject into a full resource: refused at once, or ends `Failed`', ['refused', 'failed']),
  importKeepsIterationIds: row('Whether iterations keep their ids', ['no', 'yes']),
  importKeepsIterationNames: row('Whether iterations keep their names, or are numbered anew', ['yes', 'no']),
  importKeepsTagIds: row('Whether tags keep their ids', ['no', 'yes']),
  importKeepsImageIds: row('Whether images keep their ids', ['no', 'yes']),
  importKeepsPublishName: row('What becomes of publish names: gone, shown without serving, or really published', [
    'no',
    'shown',
    'published',
  ]),
  importKeepsOriginalPublishResourceId: row('Whether `originalPublishResourceId` comes along', ['yes', 'no']),
  importKeepsTrainedAt: row('Whether `trainedAt` and `created` of iterations are the originals', ['yes', 'no']),
  importKeepsLastModified: row("Whether the new project shows the original's `lastModified`", ['no', 'yes']),
  importCarriesStorageUris: row('Whether the two storage URIs come along', ['no', 'yes']),
  importCarriesDescription: row('Whether the description comes along', ['yes', 'no']),
  importCarriesImageMetadata: row('Whether metadata of images comes along', ['no', 'yes']),
  updateWhileImporting: row('UpdateProject while the project is importing', ['allowed', 'refused']),
  deleteWhileImporting: row('DeleteProject while the project is importing', ['allowed', 'refused']),
  // Projects
  projectStatus: row('Whether `status` is sent where it is `Succeeded`', ['present', 'omitted']),
  renameToTakenName: row('UpdateProject to a name that is taken', ['refused', 'allowed']),
  projectNameLimit: row('The longest project name, in characters', ['none', '64', '128', '256']),
  descriptionLimit: row('The longest description, in characters', ['none', '128', '256', '512', '1024']),
  descriptionKept: row('How much of a description the service keeps of one that it takes, in characters', [
    'all',
    '512',
    '256',
  ]),
  descriptionWhiteSpace: row('What becomes of line breaks in a description; joined: one line, single spaces', [
    'kept',
    'joined',
    'crlf',
  ]),
  patchOmittedMembers: row('UpdateProject without name, description or settings', ['kept', 'refused']),
  editsBumpLastModified: row("Whether edits of tags and images move the project's `lastModified`", ['yes', 'no']),
  imageOrder: row('The order of images that were created at the same time: always one, or another on each call', [
    'stable',
    'unstable',
  ]),
  publishBumpsLastModified: row('Whether publishing moves `lastModified` of project and iteration', ['no', 'yes']),
  // Iterations
  workspaceIteration: row('Whether GetIterations lists the untrained workspace, with status `New`', [
    'hidden',
    'listed',
  ]),
  unpublishedName: row('How an unpublished iteration shows its `publishName`', ['empty', 'absent']),
  publishNameCharacters: row('What a publish name may be made of', ['any', 'letters-digits-hyphens']),
  publishUnderOwnName: row('PublishIteration, with `overwrite`, of an iteration under the name that it has', [
    'allowed',
    'refused',
  ]),
  publishedResourceShown: row(
    'What `originalPublishResourceId` shows: the first resource an iteration was ever published to, the last, or nothing',
    ['first', 'last', 'nothing'],
  ),
  // Throttling
  retryAfter: row('How a 429 tells when to come back', ['both', 'header', 'text']),
  // Storage integration
  storageUrisOnV33: row('Whether v3.3 takes the storage URIs (query of POST, settings of PATCH)', [
    'honoured',
    'ignored',
  ]),
  storageUrisByPatchOnV34: row('Whether UpdateProject of v3.4-preview takes the storage URIs', ['honoured', 'ignored']),
  v33EchoesStorageUris: row('Whether v3.3 answers show the storage URIs', ['no', 'yes']),
  patchOmittedUris: row('What becomes of storage URIs that an UpdateProject leaves out', ['kept', 'cleared']),
  notificationEncoding: row('How the text of a notification is put into the queue', ['plain', 'base64']),
  notificationContentKey: row("The name of a notification's content", ['Content', 'content']),
  blobExtension: row("A backup blob's extension: `ONNX`, `onnx`, or `zip`", ['platform', 'lower-case', 'zip']),
} as const;

interface Row<V extends string> {
  readonly meaning: string;
  /** The first is the default. */
  readonly values: readonly [V, ...V[]];
}

function row<const V extends string>(meaning: string, values: readonly [V, ...V[]]): Row<V> {
  return { meaning, values };
}

export type UnknownName = keyof typeof UNKNOWNS;

/** A value for each switch. */
export type Unknowns = { [N in UnknownName]: (typeof UNKNOWNS)[N]['values'][number] };

function isUnknownName(name: string): name is UnknownName {
  return Object.hasOwn(UNKNOWNS, name);
}

/** Checks values that came as text; throws a RangeError that lists what there is. */
export function readUnknowns(values: Readonly<Record<string, string>>): Partial<Unknowns> {
  for (const [name, value] of Object.entries(values)) {
    if (!isUnknownName(name)) {
      throw new RangeError(`There is no unknown "${name}". Expected one of: ${Object.keys(UNKNOWNS).join(', ')}.`);
    }
    const allowed: readonly string[] = UNKNOWNS[name].values;
    if (!allowed.includes(value)) {
      throw new RangeError(`The unknown "${name}" can't be "${value}". Expected one of: ${allowed.join(', ')}.`);
    }
  }
  return values;
}

/** Every switch at its default, except those given. */
export function completeUnknowns(given: Partial<Unknowns> = {}): Unknowns {
  const defaults = Object.fromEntries(Object.entries(UNKNOWNS).map(([name, { values }]) => [name, values[0]]));
  return { ...defaults, ...given } as Unknowns;
}

/** The switches, and which of them the service has looked at to decide what to do. */
export interface WatchedUnknowns {
  /** Whoever reads a switch here has consulted it. */
  readonly unknowns: Unknowns;
  /** The same switches; reading one here counts for nothing. */
  readonly switches: Unknowns;
  readonly consulted: ReadonlySet<UnknownName>;
}

/** Notes which switches are read: a test of one that was never read has tried nothing. */
export function watchUnknowns(switches: Unknowns): WatchedUnknowns {
  const consulted = new Set<UnknownName>();
  const unknowns = new Proxy(switches, {
    get: (target, name) => {
      if (typeof name === 'string' && isUnknownName(name)) consulted.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  return { unknowns, switches, consulted };
}
