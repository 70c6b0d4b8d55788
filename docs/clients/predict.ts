// A client that goes on predicting when the primary is gone. Node.js 22 or later, no packages. Copy and adapt it.

interface Side {
  readonly predictionEndpoint: string | null;
  readonly projectId: string;
  readonly publishNames: readonly string[];
}

interface Manifest {
  readonly updatedAt: string;
  readonly projects: Readonly<
    Record<string, { readonly active: 'primary' | 'secondary'; readonly primary: Side; readonly secondary: Side }>
  >;
}

export interface Answer {
  /** Which side answered. */
  readonly side: 'primary' | 'secondary';
  /** How long ago the manifest was read that was followed, in seconds. */
  readonly manifestAgeInSeconds: number;
  /** By tag name: ids of tags differ between the sides. The highest where a tag was found more than once. */
  readonly probabilities: Readonly<Record<string, number>>;
}

const MANIFEST_SECONDS = 60;
const ANSWER_SECONDS = 10;

export class Predictor {
  readonly #readManifest: () => Promise<string>;
  readonly #keys: Readonly<Record<'primary' | 'secondary', string>>;
  #manifest: Manifest | null = null;
  #readAt = 0;
  #askedAt = 0;

  /**
   * @param readManifest gives the text of the routing manifest: `GET /api/routing`, or the blob `routing.json`
   * @param keys the prediction keys of both sides
   */
  constructor(readManifest: () => Promise<string>, keys: { readonly primary: string; readonly secondary: string }) {
    this.#readManifest = readManifest;
    this.#keys = keys;
  }

  /** Asks the side that is active; the other one where that does not answer. Throws where neither does. */
  async classify(projectId: string, publishName: string, image: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const manifest = await this.#current();
    const route = manifest.projects[projectId];
    if (route === undefined) throw new Error(`The routing manifest has no project ${projectId}.`);
    const order = route.active === 'primary' ? (['primary', 'secondary'] as const) : (['secondary'] as const);
    let failure: unknown = new Error(`Nothing is published as ${publishName} for project ${projectId}.`);
    for (const side of order) {
      const { predictionEndpoint, projectId: id, publishNames } = route[side];
      if (predictionEndpoint === null || !publishNames.includes(publishName)) continue;
      try {
        const path = `customvision/v3.1/prediction/${id}/classify/iterations/${encodeURIComponent(publishName)}/image`;
        const probabilities = await ask(new URL(path, predictionEndpoint), this.#keys[side], image);
        return { side, manifestAgeInSeconds: (Date.now() - this.#readAt) / 1_000, probabilities };
      } catch (error) {
        if (error instanceof Refused) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** The last one that could be read serves for as long as no newer one can. */
  async #current(): Promise<Manifest> {
    if (this.#manifest !== null && Date.now() - this.#askedAt < MANIFEST_SECONDS * 1_000) return this.#manifest;
    this.#askedAt = Date.now();
    try {
      this.#manifest = JSON.parse(await this.#readManifest()) as Manifest;
      this.#readAt = this.#askedAt;
    } catch (error) {
      if (this.#manifest === null) throw error;
    }
    return this.#manifest;
  }
}

/** The request is wrong, and would be on the other side, too. */
export class Refused extends Error {}

async function ask(url: URL, key: string, image: Uint8Array<ArrayBuffer>): Promise<Record<string, number>> {
  const headers = { 'prediction-key': key, 'content-type': 'application/octet-stream' };
  const signal = AbortSignal.timeout(ANSWER_SECONDS * 1_000);
  const response = await fetch(url, { method: 'POST', headers, body: image, signal });
  const text = await response.text();
  if (response.status === 400 || response.status === 413) throw new Refused(`${response.status}: ${text}`);
  // Also 401, 404 and 429: the other side has a key, a project and a limit of its own.
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}: ${text}`);
  const { predictions } = JSON.parse(text) as { predictions: { tagName: string; probability: number }[] };
  const probabilities: Record<string, number> = {};
  for (const { tagName, probability } of predictions) {
    probabilities[tagName] = Math.max(probability, probabilities[tagName] ?? 0);
  }
  return probabilities;
}
