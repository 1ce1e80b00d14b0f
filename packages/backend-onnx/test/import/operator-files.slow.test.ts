import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importOnnx, onnx } from '@descent/backend-onnx';
import { applyLayer, type Backend, initParameters, type NDArray, type Node, type Tensors } from '@descent/core';
import { graph } from '@descent/core/backend';
import { add, constant, input, mul, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { gradCheck, values } from '@descent/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrayOf, type RealFile, type RealFiles, readAnswers, withoutPython } from './real-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-operators-'));
afterAll(() => rmSync(folder, { recursive: true }));

const reason = withoutPython('onnx, onnxruntime, numpy');
if (reason !== undefined) console.log(`operators against ONNX Runtime: not run: ${reason}`);

/** Whose gradients are nowhere, or are straight-through, which differences do not see; and what has equal elements, between which there is a kink. */
const WITHOUT_GRADIENT = /Quantize|Integer|QLinear|Classifier|TreeEnsemble|TopK [01]/;

interface Network {
  readonly results: (nodes: readonly Node[]) => readonly Node[];
  readonly arrays: readonly NDArray[];
}

async function networkOf(file: RealFile): Promise<Network> {
  const { model, inputs, outputs } = await importOnnx<Tensors, Tensors>(file.path);
  const weights = new Map(Object.entries(initParameters(model, 0)).map(([name, array]) => [name, constant(array)]));
  return {
    arrays: inputs.map(({ name }) => arrayOf(file.inputs[name])),
    results(nodes) {
      const x = nodes.length === 1 ? nodes[0] : Object.fromEntries(inputs.map(({ name }, i) => [name, nodes[i]]));
      const y = applyLayer(model, x as Tensors, weights, { training: false });
      return outputs.map(({ name }) => (outputs.length === 1 ? y : y[name as never]) as Node);
    },
  };
}

async function differenceOn(file: RealFile, backend: Backend): Promise<string | undefined> {
  const { results, arrays } = await networkOf(file);
  const nodes = arrays.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype as 'float32'));
  const whole = graph(Object.fromEntries(results(nodes).map((y, i) => [`y${i}`, y])));
  const used = new Set(whole.nodes.flatMap((n) => (n.op.name === 'input' ? [(n.attrs as { name: string }).name] : [])));
  const feeds = Object.fromEntries(arrays.map((x, i) => [`x${i}`, x] as const).filter(([name]) => used.has(name)));
  const executable = await backend.compile({ graph: whole, reads: [], writes: [] });
  try {
    const found = await executable.run(feeds);
    for (const [i, listed] of Object.values(file.outputs).entries()) {
      const expected = arrayOf(listed);
      const actual = found[`y${i}`] as NDArray;
      if (actual.shape.join() !== expected.shape.join()) return `shape ${actual.shape} for ${expected.shape}`;
      const isOff = (e: number, a: number): boolean => e !== a && !(Math.abs(a - e) <= 1e-4 * Math.max(1, Math.abs(e)));
      const at = Array.from(expected.data).findIndex((e, j) => isOff(e, actual.data[j] as number));
      if (at >= 0) return `output ${i}: ${actual.data[at]} for ${expected.data[at]} at ${at}`;
    }
    return undefined;
  } finally {
    executable.dispose();
  }
}

/** Sums of all float results, each element with a weight of its own. */
function total(results: readonly Node[]): Node {
  return results
    .filter(({ type }) => type.dtype === 'float32')
    .map((y, i) => sum(mul(y, constant(values(y.type.shape, i + 1)))))
    .reduce((a, b) => add(a, b));
}

describe.skipIf(reason !== undefined)('operators of files with random shapes and attributes', () => {
  let files: RealFiles = { answers: [], missing: [] };
  beforeAll(() => {
    const python = process.env['DESCENT_PYTHON'] ?? 'python3';
    execFileSync(python, [join(import.meta.dirname, 'operator-files.py'), folder], { stdio: 'ignore' });
    files = readAnswers(folder);
    for (const { name, reason: why } of files.missing) console.log(`${name}: not run: ${why}`);
  });

  test.each<readonly [string, () => Backend | Promise<Backend>]>([
    ['reference', () => referenceBackend()],
    ['onnx:cpu', () => onnx({ device: 'cpu' })],
  ])('answer as ONNX Runtime does on %s', async (_, create) => {
    const backend = await create();
    expect(files.answers.length).toBeGreaterThan(350);
    const failures: string[] = [];
    for (const file of files.answers) {
      const difference = await differenceOn(file, backend).catch((e: unknown) => String(e));
      if (difference !== undefined) failures.push(`${file.name}: ${difference}`);
    }
    expect(failures).toEqual([]);
  });

  test('have the gradients of finite differences', async () => {
    const failures: string[] = [];
    const seen = new Map<string, number>();
    for (const file of files.answers.filter(({ name }) => !WITHOUT_GRADIENT.test(name))) {
      const [operator = ''] = file.nodes;
      const count = seen.get(operator) ?? 0;
      seen.set(operator, count + 1);
      if (count >= 6) continue;
      const { results, arrays } = await networkOf(file);
      const isFloat = arrays.some(({ dtype }) => dtype === 'float32');
      if (!isFloat) continue;
      const error = await gradCheck((...nodes) => total(results(nodes)), arrays).catch((e: unknown) => e);
      if (error instanceof Error) failures.push(`${file.name}: ${error.message}`);
    }
    expect(failures).toEqual([]);
  });
});
