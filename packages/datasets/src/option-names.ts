import { ValueError } from '@descent/core';

/** Throws a `ValueError` for an option of `what` that is not one of `known`. */
export function expectOptionNames(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ValueError(`${what} has no option '${unknown}'`, { expected: known.join(', ') });
}
