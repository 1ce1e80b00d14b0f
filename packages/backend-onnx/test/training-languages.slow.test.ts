// The programs of docs/onnx-training-languages.md as they stand there. They need a compiler and ONNX Runtime's binding for each language, which are looked for
// in the folder that DESCENT_BINDINGS names: onnxruntime*.jar (with libonnxruntime4j_jni.so beside it where the jar has none inside),
// Microsoft.ML.OnnxRuntime.dll, include/onnxruntime_cxx_api.h, and libonnxruntime.so for all of them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { exportTraining, onnx, readTrainingState } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  batchNorm2d,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  encodeSafetensors,
  flatten,
  linear,
  maxPool2d,
  ndarray,
  relu,
  sequential,
  type TrainerState,
} from '@descent/core';
import { fold, key, normal, randint } from '@descent/core/random';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'descent-languages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bindings = process.env['DESCENT_BINDINGS'] ?? '';
const page = readFileSync(new URL('../../../docs/onnx-training-languages.md', import.meta.url), 'utf8');
const [steps, size] = [10, 8];

interface Program {
  readonly language: string;
  /** What the block of the page is called, and the file that it is written to. */
  readonly block: string;
  readonly source: string;
  /** The program and the file of the bindings that it cannot be built without. */
  readonly compiler: string;
  readonly binding: RegExp;
  /** Builds the program in the folder, with the binding at a path. */
  readonly build: (binding: string) => readonly string[];
  /** Runs it. */
  readonly run: (binding: string) => readonly string[];
}

const programs: readonly Program[] = [
  {
    language: 'Java',
    block: 'java',
    source: 'Train.java',
    compiler: 'javac',
    binding: /^onnxruntime.*\.jar$/,
    build: (jar) => ['javac', '-cp', jar, 'Train.java'],
    run: (jar) => [
      'java',
      ...(existsSync(join(bindings, 'libonnxruntime4j_jni.so')) ? [`-Donnxruntime.native.path=${bindings}`] : []),
      ...['-cp', [jar, '.'].join(delimiter), 'Train'],
    ],
  },
  {
    language: 'C#',
    block: 'csharp',
    source: 'Train.cs',
    compiler: 'mcs',
    binding: /^Microsoft\.ML\.OnnxRuntime\.dll$/,
    build: (dll) => ['mcs', '-langversion:latest', `-r:${dll}`, 'Train.cs'],
    run: () => ['mono', 'Train.exe'],
  },
  {
    language: 'C++',
    block: 'cpp',
    source: 'train.cpp',
    compiler: 'g++',
    binding: /^include$/,
    build: (headers) => [
      ...['g++', '-std=c++17', 'train.cpp', `-I${headers}`, `-L${bindings}`, `-Wl,-rpath,${bindings}`],
      ...['-lonnxruntime', '-o', 'train'],
    ],
    run: () => ['./train'],
  },
];

let wanted: { readonly losses: readonly number[]; readonly state: TrainerState };
beforeAll(async () => {
  const model = sequential(
    ...[conv2d(1, 4, 3, { padding: 1 }), batchNorm2d(4), relu(), dropout(0.3), maxPool2d(2), flatten()],
    ...[linear(64, 10), relu(), dropout(0.5), linear(10, 3)],
  );
  const recipe = { loss: crossEntropy(), optimizer: adam({ lr: 0.01 }), metrics: [accuracy()] };
  const [sample, target] = [{ shape: [1, 8, 8] }, { shape: [], dtype: 'int32' }] as const;
  await exportTraining(model, { ...recipe, sample, target, batchSize: size, folder });
  const x = new Float32Array(steps * size * 64);
  const y = new Int32Array(steps * size);
  normal(fold(key(1), 'x'), x);
  randint(fold(key(1), 'y'), y, 0, 3);
  const all = { x: ndarray('float32', [steps * size, 1, 8, 8], x), y: ndarray('int32', [steps * size], y) };
  writeFileSync(join(folder, 'data.safetensors'), encodeSafetensors(all));
  const backend = onnx({ threads: 1 });
  const trainer = await createTrainer({ model, ...recipe, backend });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const rows = ndarray('float32', [size, 1, 8, 8], x.slice(i * size * 64, (i + 1) * size * 64));
    losses.push((await trainer.step(rows, ndarray('int32', [size], y.slice(i * size, (i + 1) * size)))).loss);
  }
  wanted = { losses, state: await trainer.state() };
  trainer.dispose();
  await backend.dispose();
});

test.for(programs)('the program in $language trains as a trainer does', (program, { skip }) => {
  const { language, block, source, compiler, binding, build, run } = program;
  const missing = missingFor(compiler, binding);
  if (missing !== '') {
    console.log(`training in ${language}: not run: ${missing}`);
    skip(true, missing);
  }
  const [, text = ''] = new RegExp(`\`\`\`${block}\n(.*?)\`\`\``, 's').exec(page) ?? [];
  expect(text).not.toBe('');
  writeFileSync(join(folder, source), text);
  const at = join(bindings, readdirSync(bindings).find((name) => binding.test(name)) as string);
  // Mono looks for an assembly beside the program.
  if (at.endsWith('.dll')) copyFileSync(at, join(folder, 'Microsoft.ML.OnnxRuntime.dll'));
  const call = ([command = '', ...args]: readonly string[]): string =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LD_LIBRARY_PATH: bindings },
    });
  call(build(at));
  const trained = join(folder, 'trained.safetensors');
  rmSync(trained, { force: true });
  const lines = call([...run(at), '.', '1'])
    .trim()
    .split('\n');
  const losses = lines.map((line) => Math.fround(Number(line.split(' ')[1])));
  expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
  const { step, parameters, slots } = readTrainingState(readFileSync(trained));
  expect(step).toBe(steps);
  if (isOurRuntime()) {
    expect(losses).toEqual(wanted.losses);
    expect({ parameters, slots }).toEqual({ parameters: wanted.state.parameters, slots: wanted.state.slots });
    console.log(`training in ${language}: the same bits`);
    return;
  }
  console.log(`training in ${language}: another ONNX Runtime: compared to rounding`);
  for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(wanted.losses[i] as number, 6);
  expect(Object.keys(parameters).sort()).toEqual(Object.keys(wanted.state.parameters).sort());
});

/** Why a program cannot be built, or nothing. */
function missingFor(compiler: string, binding: RegExp): string {
  if (bindings === '') return 'set DESCENT_BINDINGS to a folder of the bindings (see CONTRIBUTING.md)';
  if (!existsSync(bindings) || !readdirSync(bindings).some((name) => binding.test(name)))
    return `no ${binding.source} in ${bindings}`;
  const onPath = (process.env['PATH'] ?? '').split(delimiter).some((path) => existsSync(join(path, compiler)));
  return onPath ? '' : `no ${compiler} on the PATH`;
}

/** Whether the library of the bindings is the one of `onnxruntime-node`, which a trainer runs on. */
function isOurRuntime(): boolean {
  const own = new URL('../node_modules/onnxruntime-node/bin/', import.meta.url).pathname;
  const name = readdirSync(own, { recursive: true, encoding: 'utf8' }).find(
    (file) => file.includes(`${process.platform}/${process.arch}/`) && /libonnxruntime\.so/.test(file),
  );
  const theirs = join(bindings, 'libonnxruntime.so');
  if (name === undefined || !existsSync(theirs)) return false;
  const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  return hash(join(own, name)) === hash(theirs);
}
