import { type Backend, DescentError, formatShape, type NDArray } from '@descent/core';
import { caseNetwork, outputsOn } from './network.ts';
import { readCase } from './read.ts';
import { toleranceOf } from './scope.ts';

/** Throws unless the network that a case of ONNX's own becomes gives what it should. */
export async function runCase(folder: string, name: string, backend: Backend): Promise<void> {
  const test = readCase(folder, name);
  const { graph, feeds, names } = await caseNetwork(test);
  const outputs = await outputsOn(backend, graph, feeds);
  for (const [i, expected] of test.outputs.entries()) {
    const actual = outputs[names[i] as string];
    if (actual !== undefined) expectSame(actual, expected, toleranceOf(name));
  }
}

/** ONNX's own relative tolerance is 1e-3. */
function expectSame(actual: NDArray, expected: NDArray, tolerance: number): void {
  const type = ({ dtype, shape }: NDArray): string => `${dtype}${formatShape(shape)}`;
  const fail = (received: string, wanted: string): never => {
    throw new DescentError('another output than expected', { received, expected: wanted });
  };
  if (type(actual) !== type(expected)) fail(type(actual), type(expected));
  for (let i = 0; i < expected.data.length; i++) {
    const [a, e] = [actual.data[i] as number, expected.data[i] as number];
    const isClose =
      a === e || Math.abs(a - e) <= 1e-5 + tolerance * Math.abs(e) || (Number.isNaN(a) && Number.isNaN(e));
    if (!isClose) fail(`${a} at ${i}`, `${e}`);
  }
}
