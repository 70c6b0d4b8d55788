/** One operation of the Training API, as far as the transport has to know it. */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Whether sending it twice has the same effect as sending it once. Only such a call is ever sent again. */
  readonly repeatable: boolean;
  /** Copying makes the service work for longer, so it is given longer. */
  readonly copies: boolean;
}

function read(name: string): Operation {
  return { name, method: 'GET', repeatable: true, copies: false };
}

export const OPERATIONS = {
  getProjects: read('GetProjects'),
  getProject: read('GetProject'),
  getDomain: read('GetDomain'),
  getIterations: read('GetIterations'),
  getExports: read('GetExports'),
  getTags: read('GetTags'),
  getImageCount: read('GetImageCount'),
  getImages: read('GetImages'),
  exportProject: { ...read('ExportProject'), copies: true },
  /** Not repeatable: each request that arrives makes one more project. */
  importProject: { name: 'ImportProject', method: 'POST', repeatable: false, copies: true },
  updateProject: { name: 'UpdateProject', method: 'PATCH', repeatable: true, copies: false },
  deleteProject: { name: 'DeleteProject', method: 'DELETE', repeatable: true, copies: false },
  /** Repeatable with `overwrite` only: without it, the second of two requests finds the name taken by the first. */
  publishIteration: { name: 'PublishIteration', method: 'POST', repeatable: false, copies: false },
  unpublishIteration: { name: 'UnpublishIteration', method: 'DELETE', repeatable: true, copies: false },
  /** Not repeatable: the second of two requests is refused, which would hide that the first succeeded. */
  exportIteration: { name: 'ExportIteration', method: 'POST', repeatable: false, copies: false },
} as const satisfies Record<string, Operation>;

/** One call: an operation, where it goes and what it carries. */
export interface Call {
  readonly operation: Operation;
  /** Below `…/training/`, with ids that were checked. */
  readonly path: string;
  /** Raw values; they are percent-encoded once, on sending. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: object;
  readonly apiVersion: string;
  /** What the query holds that must not appear in any message. */
  readonly secrets?: readonly string[];
}
