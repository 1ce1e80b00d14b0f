import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOnnx, quantizeOnnx } from '@descent/backend-onnx';
import { afterAll, expect, test } from 'vitest';
import { tensorValues } from '../src/inference/tensor-values.ts';
import { readModel } from '../src/inspect/source.ts';
import { fileOf, plain, samples } from './quantize-networks.ts';

const python = process.env['DESCENT_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'descent-quantize-'));
afterAll(() => rmSync(folder, { recursive: true }));

function missing(needs: string): string | undefined {
  try {
    execFileSync(python, ['-c', `import ${needs}`], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `'${python} -c "import ${needs}"' fails: set DESCENT_PYTHON to a Python that has them`;
  }
}

interface Answer {
  readonly scales: Readonly<Record<string, readonly number[]>>;
  readonly zeroPoints: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
}

async function constants(bytes: Uint8Array): Promise<ReadonlyMap<string, readonly number[]>> {
  const { model } = await readModel('test', bytes);
  const found = (model.graph?.initializer ?? []).map(
    (t) => [t.name, Array.from(tensorValues(t, 'test') ?? [])] as const,
  );
  return new Map(found);
}

async function outputOf(bytes: Uint8Array, x: Parameters<Awaited<ReturnType<typeof loadOnnx>>['predict']>[0]) {
  const file = await loadOnnx(bytes, { threads: 1 });
  const { data } = await file.predict(x);
  file.dispose();
  return Array.from(data as Float32Array);
}

function distance(a: readonly number[], b: readonly number[]): number {
  const norm = (list: readonly number[]): number => Math.sqrt(list.reduce((sum, v) => sum + v * v, 0));
  return norm(a.map((v, i) => v - (b[i] as number))) / norm(b);
}

test.each([true, false])(
  'scales are those of onnxruntime.quantization, and so is what is lost (perChannel %s)',
  async (perChannel) => {
    const reason = missing('onnx, onnxruntime.quantization');
    if (reason !== undefined) console.log(`onnxruntime.quantization: not run: ${reason}`);
    if (reason !== undefined) return;
    const x = samples(24, 9);
    const [float, raw, theirs] = ['float.onnx', 'x.f32', 'theirs.onnx'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const before = await fileOf(plain);
    writeFileSync(float, before);
    writeFileSync(raw, new Uint8Array(x.data.buffer as ArrayBuffer));
    const script = join(import.meta.dirname, 'quantize-python.py');
    const printed = execFileSync(python, [script, float, raw, theirs, perChannel ? '1' : '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const answer = JSON.parse(printed.toString()) as Answer;
    const { bytes } = await quantizeOnnx(before, { to: 'int8', calibration: x, evaluation: false, perChannel });
    const own = await constants(bytes);
    const shared = Object.keys(answer.scales).filter((name) => own.has(name));
    // The input, both activations and the weights and biases of three layers; theirs quantises more, such as the output.
    expect(shared.length).toBeGreaterThanOrEqual(6);
    const differing = shared.flatMap((name) => {
      const [a, b] = [own.get(name) as readonly number[], answer.scales[name] as readonly number[]];
      const isNear =
        a.length === b.length && a.every((v, i) => Math.abs(v - (b[i] as number)) <= 1e-6 * (b[i] as number));
      return isNear ? [] : [name];
    });
    expect(differing).toEqual([]);
    const points = Object.keys(answer.zeroPoints).filter((name) => own.has(name));
    for (const name of points) expect([name, own.get(name)]).toEqual([name, answer.zeroPoints[name]]);
    const wanted = await outputOf(before, x);
    const [lost, lostByTheirs] = [distance(await outputOf(bytes, x), wanted), distance(answer.output, wanted)];
    console.log(
      `relative error of the output: ${lost.toPrecision(3)}, by onnxruntime.quantization ${lostByTheirs.toPrecision(3)}`,
    );
    expect(lost).toBeLessThan(1.2 * lostByTheirs + 1e-3);
  },
);

test('quantised files pass the checker of ONNX with strict shape inference, and its reference evaluator computes the same', async () => {
  const reason = missing('onnx, onnx.reference');
  if (reason !== undefined) console.log(`onnx.checker and onnx.reference: not run: ${reason}`);
  if (reason !== undefined) return;
  const x = samples(4, 9);
  // The reference evaluator has DequantizeLinear from opset 19 on.
  const before = await fileOf(plain, [3, 8, 8], { opset: 19 });
  for (const options of [{ to: 'float16' }, { to: 'int8-weights' }, { to: 'int8', calibration: x }] as const) {
    const path = join(folder, `${options.to}.onnx`);
    const { bytes } = await quantizeOnnx(before, { ...options, evaluation: false, path });
    writeFileSync(join(folder, 'x.f32'), new Uint8Array(x.data.buffer as ArrayBuffer));
    const code = [
      'import sys, json, numpy, onnx, onnx.reference',
      'path, raw = sys.argv[1:3]',
      'onnx.checker.check_model(path, full_check=True)',
      'x = numpy.fromfile(raw, numpy.float32).reshape(-1, 3, 8, 8)',
      'y = onnx.reference.ReferenceEvaluator(path).run(None, {"input": x})[0]',
      'print(json.dumps(y.astype(float).ravel().tolist()))',
    ].join('\n');
    const printed = execFileSync(python, ['-c', code, path, join(folder, 'x.f32')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const answer = JSON.parse(printed.toString()) as readonly number[];
    // Where a sum lies between two integers, another order of its terms may choose the other one.
    expect(distance(await outputOf(bytes, x), answer)).toBeLessThan(options.to === 'int8' ? 0.01 : 1e-5);
  }
});
