/** What a notification's model URI turned out to name. It is only ever compared, never fetched. */
export type NamedModel =
  /** The blob that this iteration's package is written to. */
  | { readonly names: 'blob' }
  /** Not in our container, most often in the service's own storage: the service is then asked where its exports are. */
  | { readonly names: 'elsewhere' }
  | { readonly names: 'nothing-allowed'; readonly reason: string };

const LONGEST_URI_IN_CHARACTERS = 4_096;

function rejected(reason: string): NamedModel {
  return { names: 'nothing-allowed', reason };
}

/** The parts of a path, each decoded once; null where one can't be, or hides a separator. */
function segmentsOf(pathname: string): string[] | null {
  try {
    const segments = pathname.split('/').slice(1).map(decodeURIComponent);
    return segments.some((segment) => /[/\\\0]/.test(segment)) ? null : segments;
  } catch {
    return null;
  }
}

/**
 * Judges a URI that came through a queue, and that anybody who may write there could have made up.
 *
 * @param containerUri where the service is to write models, without a signature; null where that is not known
 */
export function judgeModelUri(
  uri: string,
  containerUri: string | null,
  projectId: string,
  iterationId: string,
): NamedModel {
  if (uri.trim() === '') return { names: 'elsewhere' };
  if (uri.length > LONGEST_URI_IN_CHARACTERS || !URL.canParse(uri)) return rejected('its model URI is no URL');
  const model = new URL(uri);
  if (model.protocol !== 'https:' && model.protocol !== 'http:') {
    return rejected(`its model URI has the scheme ${model.protocol.slice(0, 20)}`);
  }
  if (model.username !== '' || model.password !== '') return rejected('its model URI holds a user name or password');
  if (containerUri === null) return { names: 'elsewhere' };
  const container = new URL(containerUri);
  if (model.host !== container.host) return { names: 'elsewhere' };
  const segments = segmentsOf(model.pathname);
  const expected = segmentsOf(container.pathname.replace(/\/$/, ''));
  if (segments === null || expected === null) return rejected('its model URI has a path that is not plain');
  const isInContainer = expected.every((segment, index) => segments[index] === segment);
  if (!isInContainer || segments.length !== expected.length + 1) {
    return rejected('its model URI names something else in the storage account than a blob of the export container');
  }
  const prefix = `${projectId} - ${iterationId}.`;
  const name = segments.at(-1) ?? '';
  const isIts = name.toLowerCase().startsWith(prefix) && /^[A-Za-z0-9]{1,40}$/.test(name.slice(prefix.length));
  return isIts ? { names: 'blob' } : rejected('its model URI names a blob that is not of its project and iteration');
}
