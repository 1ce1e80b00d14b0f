import { DescentError } from '@descent/core';
import { UnavailableError } from '../batching/errors.ts';
import { ProtocolError } from '../protocol/errors.ts';

/** What is answered instead of what was asked for. */
export interface Failure {
  readonly status: number;
  readonly error: string;
  /** Seconds, of 503. */
  readonly retryAfter?: number;
  /** Whether it is a mistake of the program, of which somebody should hear. */
  readonly isMistake: boolean;
}

/** The status and the text for an error. What a network says of values is the client's business: 422. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ProtocolError) return { status: error.status, error: error.message, isMistake: false };
  if (error instanceof UnavailableError) {
    const { status, message, retryAfter } = error;
    return { status, error: message, isMistake: false, ...(status === 503 && { retryAfter }) };
  }
  if (error instanceof DescentError) return { status: 422, error: error.message, isMistake: false };
  const { statusCode, code, message } = (error ?? {}) as { statusCode?: number; code?: string; message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return {
      status: statusCode,
      error: WORDS[code ?? ''] ?? message?.slice(0, 200) ?? 'bad request',
      isMistake: false,
    };
  return { status: 500, error: 'the server made a mistake, which its log tells', isMistake: true };
}

/** Of the framework, in our words. */
const WORDS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the Content-Type is not valid',
  FST_ERR_BAD_URL: 'the address is not valid',
};
