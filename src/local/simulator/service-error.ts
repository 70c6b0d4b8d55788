/** A refusal as the service words it; it becomes a flat `{code, message}` body with this status. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
  }
}

export function badRequest(code: string, message: string): ServiceError {
  return new ServiceError(400, code, message);
}

export function notFound(code: string, message: string): ServiceError {
  return new ServiceError(404, code, message);
}
