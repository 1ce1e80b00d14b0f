import { describeValue, ValueError } from '@descent/core';

/** Makes errors for options of `what`. */
export function invalidFor(what: string): (path: string, received: unknown, expected: string) => ValueError {
  return (path, received, expected) =>
    new ValueError(`${what} was given an invalid ${path}`, { path, received: describeValue(received), expected });
}
