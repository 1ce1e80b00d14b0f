import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, importOnnx, loadOnnx, onnx } from '@descent/backend-onnx';
import {
  applyLayer,
  type Backend,
  createPredictor,
  initParameters,
  type NDArray,
  type Node,
  type Tensors,
} from '@descent/core';
import { type Graph, graph } from '@descent/core/backend';
import { add, constant, input, mul, type ScanAttrs, sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { gradCheck, values } from '@descent/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrayOf, type RealFile, withoutPython } from './real-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-loops-'));
afterAll(() => rmSync(folder, { recursive: true }));

const reason = withoutPython('onnx, onnxruntime, numpy');
if (reason !== undefined) console.log(`loops against ONNX Runtime: not run: ${reason}`);

interface LoopFile extends RealFile {
  /** How many loops the network has; null where that depends on numbers. */
  readonly loops: number | null;
  /** Where the file has axes of any size: what it answers for other sizes. */
  readonly other: Pick<RealFile, 'inputs' | 'outputs'> | null;
}

/** Files of PyTorch take a minute more: with the other real files, by hand. */
const torch = process.env['DESCENT_REAL_FILES'] === '1' && withoutPython('torch') === undefined ? ['--torch'] : [];
if (torch.length === 0)
  console.log('loops that PyTorch exports: not run: set DESCENT_REAL_FILES=1, with a Python that has torch');

const python = process.env['DESCENT_PYTHON'] ?? 'python3';

interface Network {
  readonly results: (nodes: readonly Node[]) => readonly Node[];
  readonly arrays: readonly NDArray[];
  readonly names: readonly string[];
}

async function networkOf(file: LoopFile): Promise<Network> {
  const { model, inputs, outputs } = await importOnnx<Tensors, Tensors>(file.path);
  const weights = new Map(Object.entries(initParameters(model, 0)).map(([name, array]) => [name, constant(array)]));
  return {
    arrays: inputs.map(({ name }) => arrayOf(file.inputs[name])),
    names: outputs.map(({ name }) => name),
    results(nodes) {
      const x = nodes.length === 1 ? nodes[0] : Object.fromEntries(inputs.map(({ name }, i) => [name, nodes[i]]));
      const y = applyLayer(model, x as Tensors, weights, { training: false });
      return outputs.map(({ name }) => (outputs.length === 1 ? y : y[name as never]) as Node);
    },
  };
}

function loopsIn({ nodes }: Graph): number {
  const bodies = new Set(nodes.flatMap((n) => (n.op.name === 'scan' ? [(n.attrs as ScanAttrs).body] : [])));
  return [...bodies].reduce((count, body) => count + 1 + loopsIn(body), 0);
}

async function differenceOn(file: LoopFile, backend: Backend): Promise<string | undefined> {
  const { results, arrays, names } = await networkOf(file);
  const nodes = arrays.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype as 'float32'));
  const whole = graph(Object.fromEntries(results(nodes).map((y, i) => [`y${i}`, y])));
  const count = loopsIn(whole);
  if (file.loops !== null && count !== file.loops) return `${count} loops for ${file.loops}`;
  const used = new Set(whole.nodes.flatMap((n) => (n.op.name === 'input' ? [(n.attrs as { name: string }).name] : [])));
  const feeds = Object.fromEntries(arrays.map((x, i) => [`x${i}`, x] as const).filter(([name]) => used.has(name)));
  const executable = await backend.compile({ graph: whole, reads: [], writes: [] });
  try {
    const found = await executable.run(feeds);
    const differences = names.map((name, i) => difference(found[`y${i}`], arrayOf(file.outputs[name])));
    return differences.find((one) => one !== undefined);
  } finally {
    executable.dispose();
  }
}

function difference(actual: NDArray | undefined, expected: NDArray): string | undefined {
  if (actual?.shape.join() !== expected.shape.join()) return `shape ${actual?.shape} for ${expected.shape}`;
  const isOff = (e: number, a: number): boolean => e !== a && !(Math.abs(a - e) <= 1e-4 * Math.max(1, Math.abs(e)));
  const at = Array.from(expected.data).findIndex((e, j) => isOff(e, actual.data[j] as number));
  return at >= 0 ? `${actual.data[at]} for ${expected.data[at]} at ${at}` : undefined;
}

/** Sums of all float results, each element with a weight of its own. */
function total(results: readonly Node[]): Node {
  return results
    .filter(({ type }) => type.dtype === 'float32')
    .map((y, i) => sum(mul(y, constant(values(y.type.shape, i + 1)))))
    .reduce((a, b) => add(a, b));
}

describe.skipIf(reason !== undefined)('loops and branches of files with random sizes', () => {
  let files: readonly LoopFile[] = [];
  beforeAll(() => {
    execFileSync(python, [join(import.meta.dirname, 'loop-files.py'), folder, ...torch], { stdio: 'ignore' });
    const found = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'));
    files = found.answers;
    expect(found.missing).toEqual([]);
    expect(found.agreed).toBeGreaterThan(40);
  });

  test.each<readonly [string, () => Backend | Promise<Backend>]>([
    ['reference', () => referenceBackend()],
    ['onnx:cpu', () => onnx({ device: 'cpu' })],
  ])('answer as ONNX Runtime does on %s', async (_, create) => {
    const backend = await create();
    expect(files.length).toBeGreaterThan(100);
    const failures: string[] = [];
    for (const file of files) {
      const found = await differenceOn(file, backend).catch((e: unknown) => String(e));
      if (found !== undefined) failures.push(`${file.name}: ${found}`);
    }
    expect(failures).toEqual([]);
  });

  test('have the gradients of finite differences', async () => {
    const failures: string[] = [];
    for (const file of files) {
      const { results, arrays } = await networkOf(file);
      const error = await gradCheck((...nodes) => total(results(nodes)), arrays).catch((e: unknown) => e);
      if (error instanceof Error) failures.push(`${file.name}: ${error.message}`);
    }
    expect(failures).toEqual([]);
  });

  test('keep axes of any size: in a predictor, and in the file that is exported', async () => {
    const failures: string[] = [];
    const backend = await onnx({ device: 'cpu' });
    const open = files.filter(({ other }) => other !== null);
    expect(open.length).toBeGreaterThan(5);
    for (const file of open) {
      const runs = [file, ...(file.other === null ? [] : [file.other])].map(({ inputs, outputs }) => ({
        x: arrayOf(Object.values(inputs)[0]),
        expected: Object.entries(outputs).map(([name, listed]) => [name, arrayOf(listed)] as const),
      }));
      const check = async (what: string, answer: (x: NDArray) => Promise<object>): Promise<void> => {
        for (const { x, expected } of runs) {
          const given = (await answer(x)) as Readonly<Record<string, NDArray>>;
          const values = 'data' in given ? [given as unknown as NDArray] : Object.values(given);
          const found = (name: string): NDArray | undefined => (expected.length === 1 ? values[0] : given[name]);
          const differences = expected.map(([name, e]) => difference(found(name), e));
          failures.push(...differences.flatMap((one) => (one === undefined ? [] : [`${file.name}, ${what}: ${one}`])));
        }
      };
      const { model, parameters, sample } = await importOnnx(file.path);
      const predictor = await createPredictor({ model, parameters, sample, backend });
      await check('predictor', (x) => predictor.predict(x));
      const { bytes } = await exportOnnx(model, { parameters, sample });
      const loaded = await loadOnnx(bytes);
      expect(loaded.inputs[0]?.shape.slice(0, 2), file.name).toEqual([-1, -1]);
      await check('exported', (x) => loaded.run({ [loaded.inputs[0]?.name as string]: x }));
      const { model: copy, parameters: weights, sample: one } = await importOnnx(bytes);
      const second = await createPredictor({ model: copy, parameters: weights, sample: one, backend });
      await check('imported again', (x) => second.predict(x));
      loaded.dispose();
    }
    expect(failures).toEqual([]);
  });
});
