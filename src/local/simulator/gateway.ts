import type { IncomingMessage } from 'node:http';
import type { Answer } from './answers.ts';
import { errorAnswer, throttled } from './answers.ts';
import type { ApiPath } from './router.ts';
import type { World } from './world.ts';

/** What stands before the service and refuses calls in its own words: missing length, wrong key, too many calls. */
export class Gateway {
  readonly #world: World;
  readonly #keys: Readonly<Record<ApiPath['api'], string>>;
  readonly #bearerTokens: readonly string[];
  readonly #budgets = new Map<string, number[]>();

  constructor(world: World, keys: Readonly<Record<ApiPath['api'], string>>, bearerTokens: readonly string[]) {
    this.#world = world;
    this.#keys = keys;
    this.#bearerTokens = bearerTokens;
  }

  /** The refusal, or null where the call may pass. */
  refuse(request: IncomingMessage, operation: string, path: Pick<ApiPath, 'api' | 'version'>): Answer | null {
    return (
      refuseWithoutLength(request) ?? this.#refuseStranger(request, path.api) ?? this.#refuseHaste(operation, path)
    );
  }

  #refuseStranger({ headers }: IncomingMessage, api: ApiPath['api']): Answer | null {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (headers[`${api}-key`] === this.#keys[api]) return null;
    if (bearer !== undefined && this.#bearerTokens.includes(bearer)) return null;
    const message = 'Access denied due to invalid subscription key or wrong API endpoint.';
    return errorAnswer('nested', 401, '401', message);
  }

  #refuseHaste(operation: string, { api, version }: Pick<ApiPath, 'api' | 'version'>): Answer | null {
    const { clock, limits } = this.#world;
    const budget = operation === 'TrainProject' ? operation : api;
    const now = clock.now();
    const recent = (this.#budgets.get(budget) ?? []).filter((at) => at > now - 1000);
    this.#budgets.set(budget, recent);
    if (recent.length >= limits.callsPerSecond)
      return throttled(operation, version, 1, this.#world.unknowns.retryAfter);
    if (Number.isFinite(limits.callsPerSecond)) recent.push(now);
    return null;
  }
}

function refuseWithoutLength({ method, headers }: IncomingMessage): Answer | null {
  const needsLength = method === 'POST' || method === 'PATCH' || method === 'PUT';
  const hasLength = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return needsLength && !hasLength ? errorAnswer('html', 411, '411', 'Length Required') : null;
}
