import { DescentError, type ErrorDetails } from '@descent/core';

/** A message of the protocol that is not as it must be. On a server it is the client's fault, answered with `status`. */
export class ProtocolError extends DescentError {
  override readonly name = 'ProtocolError';
  /** Of HTTP: 400 unless something else says more. */
  readonly status: number;

  constructor(summary: string, details: ErrorDetails = {}, status = 400) {
    super(summary, details);
    this.status = status;
  }
}
