// Against the built package: a worker thread runs plain JavaScript, without vitest's transforms.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';

const dist = (path: string): string => pathToFileURL(fileURLToPath(new URL(`../../${path}`, import.meta.url))).href;

/** Runs a module in a Node of its own and returns what it prints. */
function run(program: string): string {
  const imports = `
    import { onnx } from ${JSON.stringify(dist('backend-onnx/dist/public/index.js'))};
    import * as d from '@descent/core';
    import { conformanceTests, DEFAULT_TOLERANCE } from ${JSON.stringify(dist('conformance/dist/public/index.js'))};
  `;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', imports + program], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../conformance', import.meta.url)),
  });
}

test('a backend in a worker thread conforms: life cycle and training', () => {
  const output = run(`
    const backend = onnx({ worker: true, threads: 1 });
    let count = 0;
    for (const t of conformanceTests().filter((t) => /^(lifecycle|training)/.test(t.name))) {
      try { await t.run(backend, DEFAULT_TOLERANCE); count++; } catch (e) { console.log('FAILED', t.name, e.message); }
    }
    console.log('passed', count);
    await backend.dispose();
  `);
  expect(output).not.toContain('FAILED');
  expect(Number(/passed (\d+)/.exec(output)?.[1])).toBeGreaterThan(30);
});

test('runs WebAssembly in a worker thread, too', () => {
  const output = run(`
    const backend = onnx({ device: 'wasm', worker: true });
    for (const t of conformanceTests().filter((t) => /^lifecycle/.test(t.name))) await t.run(backend, DEFAULT_TOLERANCE);
    console.log('passed');
    await backend.dispose();
  `);
  expect(output).toBe('passed\n');
});

test('leaves the event loop free, and the process ends by itself without dispose', () => {
  const output = run(`
    const model = d.sequential(d.conv2d(1, 16, 5), d.relu(), d.conv2d(16, 32, 5), d.flatten(), d.linear(32 * 20 * 20, 10));
    const trainer = await d.createTrainer({ model, loss: d.crossEntropy(), optimizer: d.sgd({ lr: 0.01 }), backend: onnx({ worker: true, threads: 1 }) });
    const x = d.zeros([64, 1, 28, 28]);
    const y = d.zeros([64], 'int32');
    await trainer.step(x, y);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const start = performance.now();
    for (let i = 0; i < 5; i++) await trainer.step(x, y);
    const elapsed = performance.now() - start;
    clearInterval(timer);
    console.log(JSON.stringify({ ticks, elapsed }));
  `);
  const { ticks, elapsed } = JSON.parse(output) as { ticks: number; elapsed: number };
  // A blocked loop would tick once or twice a step.
  expect(elapsed).toBeGreaterThan(50);
  expect(ticks).toBeGreaterThan(elapsed / 10);
});

test('the example of docs/backends.md prints what it shows', () => {
  const page = readFileSync(new URL('../../../docs/backends.md', import.meta.url), 'utf8');
  const example = page.split('```').find((block) => block.startsWith('ts\n') && block.includes('worker: true')) ?? '';
  const { code } = transformSync(example.slice(3), { loader: 'ts', format: 'esm' });
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../datasets', import.meta.url)),
  });
  expect(printed).toBe('true\n');
});
