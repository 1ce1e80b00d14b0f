// Core by itself, compiled with no types but the language's own: core needs neither Node nor a browser.
import { grad, tensor } from '@descent/core';
import { mul, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';

/** Goes through several entries: an op made by one is known to the others. */
export async function slopeOfCube(x: number): Promise<number | undefined> {
  const slope = grad((t) => sum(mul(t, mul(t, t))), { backend: referenceBackend() });
  return (await slope(tensor([x]))).data[0];
}
