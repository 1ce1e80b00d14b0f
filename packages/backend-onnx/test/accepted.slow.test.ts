// Whether others read the files of all layers, and compute what we do: ONNX's checker with strict inference of shapes, its reference evaluator, ONNX Runtime
// for Python and for browsers, OpenCV.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initParameters, type Layer, linear, type NDArray, ndarray, type Shape } from '@descent/core';
import { values } from '@descent/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largestDifference } from '../src/export/largest-difference.ts';
import { NEWEST_OPSET } from '../src/model/opset.ts';
import { exportOnnx, loadOnnx } from '../src/public/index.ts';
import { LAYERS } from './layer-files.ts';
import { OPSETS } from './opsets.ts';

interface Case {
  readonly label: string;
  readonly opset: number;
  readonly path: string;
  readonly inputs: Readonly<Record<string, NDArray>>;
  readonly outputs: Readonly<Record<string, NDArray>>;
  readonly tolerance: number;
}

const python = process.env['DESCENT_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'descent-accepted-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where operators change: what the files compute is looked at. The checker reads the files of all opsets. */
const ANSWERED = [13, 14, 15, 17, 18, 20, 23, NEWEST_OPSET];
/** What is run elsewhere than here, too. */
const RUN = [13, 17, NEWEST_OPSET];
const cases: Case[] = [];

beforeAll(async () => {
  const layers = Object.values(LAYERS).flat();
  for (const opset of OPSETS) {
    for (const [i, { layer, ...entry }] of layers.entries()) {
      const sample = entry.sample as { readonly shape: Shape };
      const path = join(folder, `${opset}-${i}.onnx`);
      const { bytes } = await exportOnnx(layer as Layer, {
        ...{ parameters: initParameters(layer, 1), sample, opset, verify: false },
      });
      writeFileSync(path, bytes);
      const found = ANSWERED.includes(opset) ? await answers(bytes) : { inputs: {}, outputs: {} };
      cases.push({ label: layer.label, opset, path, ...found, tolerance: 1e-5 });
    }
  }
});

/** What ONNX Runtime for Node says. */
async function answers(
  bytes: Uint8Array,
  externalData: Readonly<Record<string, Uint8Array>> = {},
): Promise<Pick<Case, 'inputs' | 'outputs'>> {
  const file = await loadOnnx(bytes, { threads: 1, externalData });
  const inputs = Object.fromEntries(
    file.inputs.map(({ name, shape, dtype }, i) => {
      const sizes = shape.map((size) => (size > 0 ? size : 2));
      const count = sizes.reduce((a, b) => a * b, 1);
      const tokens = ndarray(
        'int32',
        sizes,
        Int32Array.from({ length: count }, (_, j) => j % 4),
      );
      return [name, dtype === 'int32' ? tokens : values(sizes, i + 1)];
    }),
  );
  const outputs = await file.run(inputs);
  await file.dispose();
  return { inputs, outputs };
}

/** What is not accepted, with what the program says; `undefined` where it is not there. */
function refused(program: string, module: string, given: readonly Case[]): readonly string[] | undefined {
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
  } catch {
    console.log(`files in ${program}: not run: '${python} -c "import ${module}"' fails`);
    return undefined;
  }
  const list = join(folder, `${program}.json`);
  const plain = (arrays: Case['inputs']) =>
    Object.fromEntries(Object.entries(arrays).map(([name, { data, ...of }]) => [name, { ...of, data: [...data] }]));
  const asJson = given.map((one) => ({ ...one, inputs: plain(one.inputs), outputs: plain(one.outputs) }));
  writeFileSync(list, JSON.stringify(asJson));
  const printed = execFileSync(python, [join(import.meta.dirname, 'accepted.py'), program, list], {
    ...{ encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  const said = JSON.parse(printed) as readonly string[];
  expect(said).toHaveLength(given.length);
  return given.flatMap(({ label, opset }, i) => (said[i] === '' ? [] : [`${label}, opset ${opset}: ${said[i]}`]));
}

const run = () => cases.filter(({ opset }) => RUN.includes(opset));

test('the file of each opset computes what that of opset 17 does, which is proved in export-operators.slow.test.ts', () => {
  const layers = cases.length / OPSETS.length;
  const proved = cases.filter(({ opset }) => opset === 17);
  for (const [i, { label, opset, outputs }] of cases.entries()) {
    if (!ANSWERED.includes(opset)) continue;
    for (const [name, wanted] of Object.entries(proved[i % layers]?.outputs ?? {}))
      expect(largestDifference(outputs[name] as NDArray, wanted), `${label}, opset ${opset}`).toBeLessThan(2e-6);
  }
});

test("ONNX's checker and its strict inference of shapes, at every opset", ({ skip }) => {
  const found = refused('checker', 'onnx', cases);
  skip(found === undefined);
  expect(found).toEqual([]);
});

test("ONNX's reference evaluator", ({ skip }) => {
  // Its BatchNormalization of opsets before 14 takes the default of momentum for a sign of training.
  const found = refused(
    'evaluator',
    'onnx.reference',
    run().filter(({ label, opset }) => opset >= 14 || !/batchNorm|instanceNorm|sequential/.test(label)),
  );
  skip(found === undefined);
  expect(found).toEqual([]);
});

test('ONNX Runtime for Python', ({ skip }) => {
  const found = refused('runtime', 'onnxruntime', run());
  skip(found === undefined);
  expect(found).toEqual([]);
});

test('ONNX Runtime for browsers', async () => {
  for (const { path, label, opset, inputs, outputs } of run().filter(
    ({ opset }) => opset === 13 || opset === OPSETS.at(-1),
  )) {
    const file = await loadOnnx(path, { device: 'wasm' });
    const found = await file.run(inputs);
    for (const [name, wanted] of Object.entries(outputs))
      expect(largestDifference(found[name] as NDArray, wanted), `${label}, opset ${opset}`).toBeLessThan(1e-5);
    await file.dispose();
  }
});

test('OpenCV', ({ skip }) => {
  // It has no Scan, and its Gelu by tanh has fewer digits.
  const found = refused(
    'opencv',
    'cv2',
    run()
      .filter(({ label }) => !label.startsWith('rnn'))
      .map((one) => (one.label.startsWith('gelu(tanh') ? { ...one, tolerance: 1e-3 } : one)),
  );
  skip(found === undefined);
  expect(found).toEqual([]);
});

test('weights in a file beside the model, by all of them', async () => {
  const layer = linear(40, 30);
  const path = join(folder, 'beside.onnx');
  const options = { parameters: initParameters(layer, 1), sample: { shape: [40] } };
  const { bytes, externalData } = await exportOnnx(layer, { ...options, path, externalData: 0 });
  const one: Case = { label: 'beside', opset: 17, path, tolerance: 1e-5, ...(await answers(bytes, externalData)) };
  for (const [program, module] of [
    ['checker', 'onnx'],
    ['evaluator', 'onnx.reference'],
    ['runtime', 'onnxruntime'],
    ['opencv', 'cv2'],
  ] as const)
    expect(refused(program, module, [one]) ?? []).toEqual([]);
});
