import { ProtocolError } from '../protocol/errors.ts';

interface Given {
  readonly headers: {
    readonly 'content-type'?: string | undefined;
    readonly 'content-encoding'?: string | undefined;
  };
  readonly body: unknown;
}

/** What the body of a request says it is, without parameters such as the charset; empty where it says nothing. */
export function contentTypeOf({ headers }: Given): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The bytes of a body. Throws a ProtocolError with the status 415 for another `Content-Type` than those, and for a compressed body. */
export function bytesOf(given: Given, types: readonly string[]): Uint8Array {
  const type = contentTypeOf(given);
  if (type !== '' && !types.includes(type)) {
    throw new ProtocolError(
      'this route does not take such a body',
      {
        received: `Content-Type: ${type.slice(0, 100)}`,
        expected: types.join(', '),
        ...(type === 'application/x-www-form-urlencoded' && {
          fix: "with curl, say -H 'Content-Type: application/json'",
        }),
      },
      415,
    );
  }
  const encoding = given.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new ProtocolError(
      'bodies are not taken compressed',
      { received: `Content-Encoding: ${encoding.slice(0, 100)}`, fix: 'send it as it is' },
      415,
    );
  }
  return given.body instanceof Uint8Array ? given.body : new Uint8Array();
}
