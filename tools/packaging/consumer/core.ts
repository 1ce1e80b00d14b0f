// Everything of core, with no types but the language's own: core needs neither Node nor a browser.
import * as core from '@descent/core';
import * as backend from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import * as random from '@descent/core/random';
import * as reference from '@descent/core/reference';
import * as testing from '@descent/core/testing';

export const coreEntries: Record<string, object> = { core, backend, ops, random, reference, testing };

/** One number that has gone through several entries: an op made by one is known to the others. */
export async function slopeOfCube(x: number): Promise<number | undefined> {
  const slope = core.grad((t) => ops.sum(ops.mul(t, ops.mul(t, t))), { backend: reference.referenceBackend() });
  return (await slope(core.tensor([x]))).data[0];
}
