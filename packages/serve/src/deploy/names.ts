import { describeValue, ValueError } from '@descent/core';

/** Names of folders on every system, and of places in an address without an escape. */
const MODEL = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** As KServe asks of an InferenceService, which becomes the name of a host. */
const SERVICE = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Throws a `ValueError` unless `name` can be the folder of a model and a part of its address. */
export function expectModelName(name: unknown): asserts name is string {
  if (typeof name === 'string' && MODEL.test(name) && !name.endsWith('.')) return;
  throw new ValueError('a model cannot be called that', {
    path: 'name',
    received: describeValue(name),
    expected: 'letters, digits, _, - and dots, at most 128, the first a letter, a digit or _',
    fix: "give it a name such as 'lenet'",
  });
}

/** Throws a `ValueError` unless `name` can be that of an InferenceService. */
export function expectServiceName(name: unknown): asserts name is string {
  if (typeof name === 'string' && SERVICE.test(name)) return;
  throw new ValueError('an InferenceService cannot be called that', {
    path: 'service',
    received: describeValue(name),
    expected: 'lower-case letters, digits and -, at most 63, a letter first and no - last',
    fix: "give it a name such as 'lenet-5'",
  });
}

/** The name of a service that is nearest to that of a model: `LeNet_5` becomes `lenet-5`. It need not be allowed. */
export function serviceNameOf(model: string): string {
  return model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
