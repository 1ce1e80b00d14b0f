import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, importOnnx, inspectOnnx, likeFile, loadOnnx, onnx, replaceHead } from '@descent/backend-onnx';
import { createTrainer, crossEntropy, ndarray, sgd } from '@descent/core';
import { afterAll, expect, test } from 'vitest';

interface Answer {
  readonly file: string;
  readonly x: readonly number[];
  readonly shape: readonly number[];
  readonly y: readonly number[];
}

const python = process.env['DESCENT_PYTHON'] ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'descent-fine-tune-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What one operator computes, and a file for inference has whole. */
const WHOLE = ['BatchNormalization', 'Conv', 'LayerNormalization', 'Gelu', 'MaxPool'];

test('files of PyTorch are written back as they are, fine-tuned with another head', async ({ skip }) => {
  try {
    execFileSync(python, ['-c', 'import torch, onnx, onnxscript'], { stdio: 'ignore' });
  } catch {
    const reason = `'${python} -c "import torch, onnx, onnxscript"' fails: set DESCENT_PYTHON to a Python that has them`;
    console.log(`fine-tuning files of PyTorch: not run: ${reason}`);
    skip(true, reason);
  }
  execFileSync(python, [join(import.meta.dirname, 'fine-tune-torch.py'), folder], { stdio: 'ignore' });
  const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as readonly Answer[];
  expect(answers).toHaveLength(4);
  for (const { file, shape, x, y } of answers) {
    const before = readFileSync(join(folder, file));
    const read = await importOnnx(before);
    const input = ndarray('float32', shape, Float32Array.from(x));
    const plain = { ...likeFile(read), opset: Math.max(17, read.opset) };
    const { bytes } = await exportOnnx(read.model, { ...plain, parameters: read.parameters });
    const same = await loadOnnx(bytes);
    const got = await same.predict(input);
    for (const [i, v] of y.entries()) expect(Math.abs((got.data[i] as number) - v)).toBeLessThan(1e-4);
    expect([same.input.name, same.output.name]).toEqual(['x', 'y']);
    same.dispose();
    const [old, made] = [await inspectOnnx(before), await inspectOnnx(bytes)];
    const count = (facts: typeof old, op: string): number => facts.ops.find((one) => one.op === op)?.count ?? 0;
    for (const op of WHOLE) expect(`${file}: ${op} ${count(made, op)}`).toBe(`${file}: ${op} ${count(old, op)}`);
    const nodes = (facts: typeof old): number => facts.ops.reduce((n, one) => n + one.count, 0);
    console.log(`${file}: ${nodes(old)} nodes, ${old.bytes} bytes; written back ${nodes(made)}, ${made.bytes}`);
    expect(nodes(made)).toBeLessThanOrEqual(nodes(old) * 1.25);
    expect(made.bytes).toBeLessThan(old.bytes * 1.1 + 1000);

    const { model, path, before: classes } = replaceHead(read, 3);
    expect([path, classes]).toEqual(['fc', 7]);
    const backend = onnx();
    const trainer = await createTrainer({ model, loss: crossEntropy(), optimizer: sgd({ lr: 0.05 }), backend });
    const target = ndarray('int32', [2], Int32Array.of(0, 2));
    const losses: number[] = [];
    for (let i = 0; i < 10; i++) losses.push((await trainer.step(input, target)).loss);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    const tuned = await exportOnnx(model, { ...plain, parameters: await trainer.parameters() });
    const facts = await inspectOnnx(tuned.bytes);
    for (const op of WHOLE) expect(`${file}: ${op} ${count(facts, op)}`).toBe(`${file}: ${op} ${count(old, op)}`);
    trainer.dispose();
    await backend.dispose();
  }
});
