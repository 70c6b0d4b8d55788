import type { Answer } from '../answers.ts';
import type { ApiRequest } from '../request.ts';

/** One operation of the Training API, or of the Prediction API. */
export interface Operation {
  readonly name: string;
  readonly api: 'training' | 'prediction';
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/customvision/{version}/{api}`; `{name}` stands for an id, and `{publishedName}` for a name. */
  readonly path: string;
  /** Refused while disaster recovery mode is on. */
  readonly writes: boolean;
  readonly handle: (request: ApiRequest) => Answer | Promise<Answer>;
}

export function read(name: string, path: string, handle: Operation['handle']): Operation {
  return { name, api: 'training', method: 'GET', path, writes: false, handle };
}

export function write(
  method: 'POST' | 'PATCH' | 'DELETE',
  name: string,
  path: string,
  handle: Operation['handle'],
): Operation {
  return { name, api: 'training', method, path, writes: true, handle };
}
