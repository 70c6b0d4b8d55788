import type { Answer } from '../answers.ts';
import type { ApiRequest } from '../request.ts';

/** One operation of the Training API. */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/customvision/{version}/training`; `{name}` stands for an id. */
  readonly path: string;
  /** Refused while disaster recovery mode is on. */
  readonly writes: boolean;
  readonly handle: (request: ApiRequest) => Answer | Promise<Answer>;
}

export function read(name: string, path: string, handle: Operation['handle']): Operation {
  return { name, method: 'GET', path, writes: false, handle };
}

export function write(
  method: 'POST' | 'PATCH' | 'DELETE',
  name: string,
  path: string,
  handle: Operation['handle'],
): Operation {
  return { name, method, path, writes: true, handle };
}
