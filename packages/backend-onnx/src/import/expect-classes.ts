import { ValueError } from '@descent/core';

/** Throws a ValueError unless `classes`, an argument of `what`, can be a number of classes. */
export function expectClasses(what: string, classes: unknown): void {
  if (Number.isSafeInteger(classes) && (classes as number) >= 1) return;
  throw new ValueError(`${what} was given an invalid number of classes`, {
    path: 'classes',
    received: String(classes),
    expected: 'an integer of at least 1, such as 5',
  });
}
