import { DescentError, type ErrorDetails } from '@descent/core';

/** A server of the protocol was asked and gave no answer that can be used. */
export class ClientError extends DescentError {
  override readonly name: string = 'ClientError';
  /** The address that was asked. */
  readonly url: string;

  constructor(url: string, summary: string, details: ErrorDetails = {}) {
    super(summary, { path: url, ...details });
    this.url = url;
  }
}

/** Nobody answered: the server is not there, or a browser was not let through. */
export class ConnectionError extends ClientError {
  override readonly name = 'ConnectionError';
}

/** No answer came in time. */
export class DeadlineError extends ClientError {
  override readonly name = 'DeadlineError';
}

/** The server answered that it will not do what was asked. */
export class StatusError extends ClientError {
  override readonly name = 'StatusError';
  /** Of HTTP. */
  readonly status: number;
  /** How many seconds the server asked to wait, where it did. */
  readonly retryAfter: number | undefined;

  constructor(url: string, status: number, said: string, retryAfter: number | undefined) {
    super(url, 'the server refused', {
      received: `${status}: ${said}`,
      ...(FIXES[status] !== undefined && { fix: FIXES[status] }),
    });
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const FIXES: Readonly<Record<number, string>> = {
  401: "give the token of the server: createClient(url, { token: '…' })",
  403: 'use the address under which the server was started, or ask whoever runs it to allow this one',
  404: 'client.models() tells which models there are',
  413: 'send fewer samples at once',
  503: 'the server is busy, loads the model or ends: try again later, or with more retries',
};
