// Models that run in a worker, against the built package: a thread runs plain JavaScript, without vitest's transforms.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { conv2d, flatten, initParameters, linear, maxPool2d, relu, sequential } from '@descent/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportOnnx } from '../src/public/index.ts';

const dist = (file: string): string =>
  pathToFileURL(fileURLToPath(new URL(`../dist/public/${file}.js`, import.meta.url))).href;
const folder = mkdtempSync(join(tmpdir(), 'descent-load-worker-'));
const path = join(folder, 'model.onnx');
const layers = 'conv2d(1, 6, 5), relu(), maxPool2d(2), flatten(), linear(864, 10)';
const model = sequential(conv2d(1, 6, 5), relu(), maxPool2d(2), flatten(), linear(864, 10));

beforeAll(async () => {
  await exportOnnx(model, {
    parameters: initParameters(model, 1),
    sample: { shape: [1, 28, 28] },
    path,
    output: 'logits',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a module in a Node of its own, which must end by itself, and returns what it prints. */
function run(program: string): string {
  const imports = `
    import { readFileSync } from 'node:fs';
    import { Worker } from 'node:worker_threads';
    import { loadOnnx, onnx } from ${JSON.stringify(dist('index'))};
    import { conv2d, createPredictor, flatten, initParameters, linear, maxPool2d, relu, sequential } from '@descent/core';
    const path = ${JSON.stringify(path)};
    const script = new URL(${JSON.stringify(dist('worker'))});
    const network = sequential(${layers});
    const images = (n) => ({ dtype: 'float32', shape: [n, 1, 28, 28], data: Float32Array.from({ length: n * 784 }, (_, i) => Math.sin(i)) });
    const failure = (promise) => promise.then(() => 'nothing', (error) => error.name + ': ' + error.message);
  `;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', imports + program], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    timeout: 90_000,
  });
}

test('gives the numbers and the errors that it gives without a worker, and leaves what it is fed', () => {
  const output = run(`
    const bytes = new Uint8Array(readFileSync(path));
    for (const source of [path, bytes]) {
      const here = await loadOnnx(source, { threads: 1 });
      const there = await loadOnnx(source, { worker: true, threads: 1 });
      const { predict: _, run: __, topK: ___, dispose: ____, ...facts } = there;
      const { predict: _1, run: _2, topK: _3, dispose: _4, ...wanted } = here;
      console.log(JSON.stringify(facts) === JSON.stringify(wanted));
      const all = images(5);
      const part = { ...all, shape: [2, 1, 28, 28], data: all.data.subarray(784, 3 * 784) };
      for (const x of [all, part, all]) {
        const [a, b] = [await here.predict(x), await there.predict(x)];
        console.log(a.shape.join() === b.shape.join() && a.data.every((v, i) => v === b.data[i]));
      }
      console.log(JSON.stringify(await here.topK(part, 2)) === JSON.stringify(await there.topK(part, 2)));
      console.log(all.data.length, bytes.length > 0);
      for (const ask of [(m) => m.predict({ ...all, shape: [5, 784] }), (m) => m.run({ other: all }), (m) => m.predict([1, 2])])
        console.log((await failure(ask(here))) === (await failure(ask(there))));
    }
    console.log(await failure(loadOnnx('absent.onnx', { worker: true })));
  `);
  const lines = output.trim().split('\n');
  expect(lines.slice(0, 18)).toEqual(
    Array.from({ length: 2 }, () => [
      'true',
      'true',
      'true',
      'true',
      'true',
      '3920 true',
      'true',
      'true',
      'true',
    ]).flat(),
  );
  expect(lines[18]).toMatch(/^BackendError: absent\.onnx: the model file cannot be read/);
});

test('keeps the event loop free while 8,000 images are predicted, as a predictor does', () => {
  const output = run(`
    const x = images(8000);
    const parameters = initParameters(network, 1);
    const predictor = (backend) => createPredictor({ model: network, parameters, sample: { shape: [1, 28, 28] }, backend });
    const makers = {
      here: () => loadOnnx(path, { threads: 1 }),
      there: () => loadOnnx(path, { worker: true, threads: 1 }),
      predictor: () => predictor(onnx({ worker: true, threads: 1 })),
    };
    for (const [name, make] of Object.entries(makers)) {
      const asked = await make();
      await asked.predict(images(1));
      const longest = [];
      for (let i = 0; i < 5; i++) {
        let [last, most] = [performance.now(), 0];
        const look = () => { const now = performance.now(); most = Math.max(most, now - last); last = now; };
        const timer = setInterval(look, 1);
        const { shape } = await asked.predict(x);
        look();
        clearInterval(timer);
        if (shape[0] !== 8000) throw new Error('not all were predicted');
        longest.push(most);
      }
      console.log(name, Math.min(...longest));
    }
  `);
  const longest = Object.fromEntries(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(' ')),
  ) as Record<string, string>;
  // What is left is that 25 MB are copied.
  expect(Number(longest['here'])).toBeGreaterThan(40);
  expect(Number(longest['there'])).toBeLessThan(Number(longest['here']) / 2);
  expect(Number(longest['predictor'])).toBeLessThan(Number(longest['here']) / 2);
});

test('answers in the order of the questions, also those that were asked before dispose', () => {
  const output = run(`
    for (const device of ['cpu', 'wasm']) {
      const model = await loadOnnx(path, { worker: true, device, threads: 1 });
      const order = [];
      const answers = [400, 1, 7].map((n) => model.predict(images(n)).then(({ shape }) => order.push(shape[0])));
      model.dispose();
      console.log(await failure(model.predict(images(1))));
      await Promise.all(answers);
      console.log(order.join());
    }
  `);
  const refused = `BackendError: the model ${path} was used after dispose\n  fix: dispose it after its last use, or create another one\n`;
  expect(output).toBe(`${refused}400,1,7\n`.repeat(2));
});

test('takes the memory of what it is fed along where it may', () => {
  const output = run(`
    const here = await loadOnnx(path, { threads: 1 });
    const there = await loadOnnx(path, { worker: true, threads: 1 });
    const wanted = (await here.predict(images(2))).data.join();
    const memory = new ArrayBuffer(8 + 3 * 784 * 4);
    new Float32Array(memory, 8).set(images(3).data);
    const part = { dtype: 'float32', shape: [2, 1, 28, 28], data: new Float32Array(memory, 8, 2 * 784) };
    for (const model of [here, there]) {
      const [kept] = Object.values(await model.run({ input: part }));
      console.log(kept.data.join() === wanted, memory.byteLength > 0);
      const [moved] = Object.values(await model.run({ input: part }, { move: true }));
      console.log(moved.data.join() === wanted, memory.byteLength > 0, part.data.length > 0);
    }
    console.log(await failure(here.run({ input: images(1) }, { move: 1 })));
    console.log(await failure(here.run({ input: images(1) }, { moves: true })));
    here.dispose();
    there.dispose();
  `);
  expect(output).toBe(`true true
true true true
true true
true false false
ValueError: move: move is neither true nor false
  received: 1 (number)
  expected: true or false
ValueError: run has no option 'moves'; did you mean 'move'?
  received: moves
  expected: move
`);
});

test('says so when the worker has ended: to those who wait, and to those who come later', () => {
  const output = run(`
    const worker = new Worker(script, { execArgv: [] });
    const model = await loadOnnx(path, { worker });
    // Ended before it begins: onnxruntime-node ends the process when its thread is ended in the middle of a run.
    const ended = worker.terminate();
    const waiting = failure(model.predict(images(8)));
    await ended;
    console.log((await waiting) === (await failure(model.predict(images(1)))));
    console.log(await waiting);
    model.dispose();
    const broken = new Worker('throw new Error("no such thing")', { eval: true, execArgv: [] });
    console.log(await failure(loadOnnx(path, { worker: broken })));
  `);
  expect(output).toMatch(
    /^true\nBackendError: the worker of \S+model\.onnx ended\n {2}received: exit code 1\n {2}fix: load the model again\n/,
  );
  expect(output).toMatch(/ended\n {2}received: Error: no such thing\n {2}fix: load the model again\n$/);
});
