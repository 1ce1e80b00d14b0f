import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { type NDArray, ndarray } from '@descent/core';
import { afterAll, expect, test } from 'vitest';

interface Array_ {
  readonly integer?: boolean;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Answer {
  readonly name: string;
  readonly path: string;
  readonly external: boolean;
  readonly inputs: Readonly<Record<string, Array_>>;
  readonly outputs: readonly Array_[];
}

const python = process.env['DESCENT_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'descent-torch-'));
const home = process.cwd();
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

function missing(): string | undefined {
  try {
    execFileSync(python, ['-c', 'import torch, onnx, onnxscript'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `'${python} -c "import torch, onnx, onnxscript"' fails: set DESCENT_PYTHON to a Python that has them`;
  }
}

const given = ({ integer, shape, data }: Array_): NDArray =>
  integer === true
    ? ndarray('int32', shape, Int32Array.from(data))
    : ndarray('float32', shape, Float32Array.from(data));

/** More rows than the file was exported with. */
const twice = (x: NDArray): NDArray => ({
  ...x,
  shape: [(x.shape[0] as number) * 2, ...x.shape.slice(1)],
  data: (x.data.constructor as Float32ArrayConstructor).from([...x.data, ...x.data]),
});

test('files of both exporters of PyTorch answer as PyTorch does, from any working directory', async ({ skip }) => {
  const reason = missing();
  if (reason !== undefined) console.log(`files of torch.onnx.export: not run: ${reason}`);
  skip(reason !== undefined, reason);
  execFileSync(python, [join(import.meta.dirname, 'torch-export.py'), folder], { stdio: 'ignore' });
  const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as readonly Answer[];
  expect(answers).toHaveLength(12);
  expect(answers.filter((a) => a.external).length).toBeGreaterThanOrEqual(3);
  process.chdir(tmpdir());
  for (const { name, path, inputs, outputs } of answers) {
    const file = await loadOnnx(path, { threads: 1 });
    const feeds = Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, given(x)]));
    expect(
      file.inputs.map((p) => p.name),
      name,
    ).toEqual(Object.keys(inputs));
    await expect(
      file.run(Object.fromEntries(Object.entries(feeds).map(([k, v]) => [k, { ...v, shape: [] }]))),
    ).rejects.toThrow(/\[rows, /);
    const tolerance = name.includes('half') ? 2e-2 : 1e-4;
    for (const repeat of [1, 2]) {
      const x = repeat === 1 ? feeds : Object.fromEntries(Object.entries(feeds).map(([k, v]) => [k, twice(v)]));
      const results = Object.values(await file.run(x));
      expect(results).toHaveLength(outputs.length);
      for (const [i, { data, shape }] of outputs.entries()) {
        const result = results[i] as NDArray;
        expect(result.shape, name).toEqual([(shape[0] as number) * repeat, ...shape.slice(1)]);
        for (let at = 0; at < result.data.length; at++) {
          expect(Math.abs((result.data[at] as number) - (data[at % data.length] as number)), name).toBeLessThan(
            tolerance,
          );
        }
      }
    }
    file.dispose();
  }
});
