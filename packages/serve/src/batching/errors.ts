import { DescentError, type ErrorDetails } from '@descent/core';

/** A request that cannot be answered now, for a reason that is not the client's. */
export class UnavailableError extends DescentError {
  override readonly name = 'UnavailableError';
  /** Of HTTP. */
  readonly status: 503 | 504;
  /** Seconds after which it may be asked again; of 503. */
  readonly retryAfter: number;

  constructor(summary: string, details: ErrorDetails, status: 503 | 504 = 503, retryAfter = 1) {
    super(summary, details);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Nobody waits for the answer any more. */
export class GoneError extends DescentError {
  override readonly name = 'GoneError';
}
