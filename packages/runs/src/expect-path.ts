import { describeValue, ValueError } from '@descent/core';

/** Throws a `ValueError` unless `value` names a file or folder, so that nothing is written to a place called undefined. */
export function expectPath(what: string, value: unknown, kind: 'file' | 'folder'): asserts value is string {
  if (typeof value === 'string' && value !== '') return;
  throw new ValueError(`${what} needs the path of a ${kind}`, {
    received: describeValue(value),
    expected: kind === 'folder' ? "a path, such as 'runs/first'" : "a path, such as 'runs/first/metrics.jsonl'",
  });
}
