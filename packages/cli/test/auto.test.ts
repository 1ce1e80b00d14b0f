import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onnx, onnxBackends } from '@descent/backend-onnx';
import type { Arrays, Backend, BackendDescription } from '@descent/core/backend';
import { type Candidate, chooseBackend, measureInTurn } from '@descent/core/choose';
import { textFile } from '@descent/files';
import { describe, expect, test } from 'vitest';
import { machineKey } from '../src/auto/key.ts';
import { measureApart } from '../src/auto/measure.ts';
import { descent, folder, readJson, rememberChoice, tinyConfig } from './helpers.ts';

/** A program in place of the one that measures: does to each name what the name says. */
const PROGRAM = `
import { appendFileSync } from 'node:fs';
const losses = [2.3, 2.1];
const networks = [{ network: 'mlp', msPerStep: 1, losses }, { network: 'cnn', msPerStep: 1, losses }];
for (const name of process.argv.slice(2)) {
  appendFileSync(new URL('starts', import.meta.url), name + ' ');
  if (name === 'crashes') process.kill(process.pid, 'SIGSEGV');
  if (name === 'exits') process.exit(0);
  if (name === 'stopped') process.kill(process.pid, 'SIGINT');
  if (name === 'hangs' || name === 'stopped') await new Promise((resolve) => setTimeout(resolve, 60_000));
  await new Promise((resolve) => process.send({ name, state: 'measured', networks }, undefined, undefined, resolve));
}
`;

const never = (): Promise<never> => Promise.reject(new Error('opened here'));
const candidates = (...names: readonly string[]): readonly Candidate[] =>
  names.map((name) => ({ name, isLastResort: false, open: never }));

describe('measuring in another process', { timeout: 60_000 }, () => {
  const program = (): URL => pathToFileURL(join(folder({ 'child.mjs': PROGRAM }), 'child.mjs'));
  const signal = new AbortController().signal;

  test('one that ends the process costs only itself', async () => {
    const file = program();
    const trials = await measureApart(signal, file)(candidates('a', 'crashes', 'b', 'exits', 'c'), 30_000);
    expect(trials.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a measured',
      'crashes failed',
      'b measured',
      'exits failed',
      'c measured',
    ]);
    expect(trials[1]).toMatchObject({ problem: 'it ended the process that measured it (SIGSEGV)' });
    expect(trials[3]).toMatchObject({ problem: 'it ended the process that measured it (exit code 0)' });
    // Each was measured once.
    expect(readFileSync(new URL('starts', file), 'utf8')).toBe('a crashes b exits c ');
  });

  test('one that hangs is ended, and named', async () => {
    const trials = await measureApart(signal, program())(candidates('hangs', 'a'), 2_000);
    expect(trials).toMatchObject([
      { name: 'hangs', state: 'failed', problem: 'it did not end within 2 s' },
      { name: 'a', state: 'measured' },
    ]);
  });

  test('Ctrl-C is no fault of a backend, whichever process hears of it first', async () => {
    await expect(measureApart(signal, program())(candidates('stopped'), 30_000)).rejects.toThrow('was stopped');
    const controller = new AbortController();
    const measured = measureApart(controller.signal, program())(candidates('hangs'), 30_000);
    setTimeout(() => controller.abort(), 50);
    await expect(measured).rejects.toThrow('was stopped');
    await expect(measureApart(AbortSignal.abort(), program())(candidates('a'), 30_000)).rejects.toThrow('was stopped');
  });

  test('without its program, this process measures', async () => {
    const gone = pathToFileURL(join(folder(), 'child.mjs'));
    expect(await measureApart(signal, gone)(candidates('a'), 1_000)).toEqual([
      { name: 'a', state: 'missing', problem: 'opened here' },
    ]);
  });
});

/** ONNX Runtime with a fault: the learning rate arrives half as large again, so that losses are right until the first update. */
async function faulty(): Promise<Backend> {
  const backend = onnx({ spinning: false });
  const off = (feeds: Arrays): Arrays =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, array]) => [
        name,
        array.dtype === 'float32' ? { ...array, data: array.data.map((v) => v * 1.5) } : array,
      ]),
    );
  return {
    ...backend,
    async compile(program) {
      const executable = await backend.compile(program);
      return {
        ...executable,
        run: (feeds, state) => executable.run(off(feeds), state),
        runSteps: (steps, feeds, state) => executable.runSteps(steps, off(feeds), state),
      };
    },
  };
}

describe('a device that computes wrong numbers', { timeout: 60_000 }, () => {
  const gpu: Candidate = { name: 'gpu', isLastResort: false, open: faulty };
  const [cpu] = onnxBackends as readonly [BackendDescription];

  test.each([
    ['beside one that is right', [gpu, cpu]],
    ['beside one that is right, the other way round', [cpu, gpu]],
  ])('is not chosen %s', async (_, both) => {
    const options = { milliseconds: 5, timeout: 50_000 };
    const { backend, choice, why } = await chooseBackend(both, {
      store: null,
      measure: measureInTurn({ milliseconds: 5 }),
      ...options,
    });
    await backend.dispose();
    expect(choice.name).toBe('onnx:cpu');
    expect(why).toMatch(/not gpu: its loss at step 2 of the mlp is [\d.]+, that of the reference interpreter [\d.]+;/);
    expect(why).toMatch(/^[\d.]+ ms a step; not gpu/);
  });

  test('is not chosen alone', async () => {
    const measured = chooseBackend([gpu], { store: null, milliseconds: 5, timeout: 50_000 });
    await expect(measured).rejects.toThrow(/^no backend works here\n {2}received: gpu: its loss at step 2 of the mlp/);
  });
});

describe('what the choice depends on', () => {
  const [cpu] = onnxBackends as readonly [BackendDescription];

  test('versions of Node and of what backends need, by what their own package sees', () => {
    const key = JSON.parse(machineKey([cpu])) as {
      readonly packages: Record<string, string | null>;
      readonly node: string;
    };
    expect(key.node).toBe(process.versions.node);
    expect(key.packages['@descent/core']).toMatch(/^\d+\.\d+\.\d+/);
    expect(key.packages['onnxruntime-node']).toMatch(/^1\.\d+\.\d+/);
    const other = { ...cpu, packages: { node: ['@descent/no-such', 'no-such-runtime'] } };
    expect(JSON.parse(machineKey([other])).packages['no-such-runtime']).toBeNull();
  });

  test('the graphics devices that programs may see', () => {
    expect(machineKey([cpu], { CUDA_VISIBLE_DEVICES: '1' })).not.toBe(machineKey([cpu], {}));
    expect(machineKey([cpu], {})).toBe(machineKey([cpu], {}));
  });
});

describe('a run with auto', { timeout: 90_000 }, () => {
  test('records why, resumes on the very same backend, and is asked on it', async () => {
    const root = folder({ 'a.ts': tinyConfig().replace("backend: 'reference'", "backend: 'auto'") });
    await rememberChoice('onnx:cpu');
    const { code, out } = await descent(root, 'train', 'a.ts', '--out', 'run');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^backend onnx:cpu \(auto: 1\.0 ms a step, another 2\.0; remembered from .*; remove .*backend\.json to measure again\)$/m,
    );
    const record = readJson(root, 'run', 'run.json') as { settings: { choice: { name: string; results: unknown[] } } };
    expect(record.settings).toMatchObject({
      requestedBackend: 'auto',
      backend: 'onnx:cpu',
      choice: { name: 'onnx:cpu' },
    });
    expect(readFileSync(join(root, 'run', 'report.html'), 'utf8')).toContain('ms a step');
    // As if another one had been chosen: what counts is what the run began with, not what would be chosen now.
    const changed = JSON.stringify({
      ...record,
      settings: { ...record.settings, choice: { ...record.settings.choice, name: 'reference' } },
    });
    writeFileSync(join(root, 'run', 'run.json'), changed);
    const resumed = await descent(root, 'resume', 'run', '--epochs', '4');
    expect([resumed.code, resumed.err]).toEqual([0, '']);
    expect(resumed.out).toContain('backend reference:float32\n');
    expect(readJson(root, 'run', 'run.json')).toMatchObject({
      settings: { requestedBackend: 'auto', backend: 'reference:float32', choice: { name: 'reference' } },
    });
    const other = await descent(root, 'resume', 'run', '--epochs', '5', '--backend', 'onnx:cpu');
    expect(other.out).toContain('backend onnx:cpu\n');
    const { settings } = readJson(root, 'run', 'run.json') as { settings: Record<string, unknown> };
    expect([settings['requestedBackend'], settings['choice']]).toEqual(['onnx:cpu', undefined]);
  });
});

describe('two processes at once', () => {
  test('the second waits, and finds what the first has kept', async () => {
    const file = join(folder(), 'new', 'backend.json');
    const [a, b] = [textFile(file), textFile(file)];
    const order: string[] = [];
    const first = a.exclusively?.(async () => {
      order.push('first');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await a.write('kept');
      order.push('kept');
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, b.exclusively?.(async () => order.push(`second ${await b.read()}`))]);
    expect(order).toEqual(['first', 'kept', 'second kept']);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('where nothing can be written, nobody waits', async () => {
    const store = textFile(join(folder({ file: '' }), 'file', 'backend.json'));
    expect(await store.read()).toBeUndefined();
    expect(await store.exclusively?.(async () => 'done')).toBe('done');
    await expect(store.write('text')).rejects.toThrow(/the folder cannot be made/);
  });
});
