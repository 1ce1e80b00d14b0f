import { expect, test } from 'vitest';
import { BROWSER_ENGINES, type BrowserEngine, batchSizeOf } from '../browser/engines.ts';
import type { EngineFindings, PageReport, PageTask } from '../browser/protocol.ts';
import { unmeasured } from '../browser/protocol.ts';
import { browserResult, formatBrowserResult } from '../browser/result.ts';
import { type Ask, askPage } from '../browser/run.ts';
import type { NetName } from '../lib/nets.ts';

const FRAMES = { count: 120, perSecond: 60, median: 16.7, p90: 17, p99: 17, longest: 20 };

function taskOf(net: NetName, ...names: readonly string[]): PageTask {
  const engines = names.map((name) => BROWSER_ENGINES.find((engine) => engine.name === name) as BrowserEngine);
  return {
    net,
    engines,
    count: 12_000,
    rounds: 2,
    roundMs: 100,
    pauseMs: 400,
    epochBatches: 20,
    frameSeconds: 1,
    patience: 45,
  };
}

function found(name: string, ms: number, more: Partial<EngineFindings> = {}): EngineFindings {
  const measured = {
    losses: [2.3, 2.2, 2.1],
    samples: [ms, ms, 3 * ms],
    firstStepMs: 800,
    epochMs: 2000,
    frames: FRAMES,
  };
  return { ...unmeasured(name), ...measured, ...more };
}

function reportOf(...engines: readonly EngineFindings[]): PageReport {
  return { idle: FRAMES, isIsolated: true, engines };
}

test('names of engines are one word each, and none is there twice', () => {
  const names = BROWSER_ENGINES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['onnx:wasm-2-worker', 'tfjs:webgl', 'stock-tfjs:wasm', 'jax-js:webgpu']),
  );
});

test('an engine is compared with TensorFlow.js on the same kernels, and held against the bars', () => {
  const task = taskOf(
    'mlp',
    'onnx:wasm-1',
    'onnx:wasm-2',
    'tfjs:cpu',
    'stock-tfjs:wasm-1',
    'stock-tfjs:wasm',
    'stock-tfjs:cpu',
  );
  const report = reportOf(
    found('onnx:wasm-1', 8, { overheads: [0.02, 0.2, 0.03] }),
    found('onnx:wasm-2', 20, { overheads: [0.06] }),
    found('tfjs:cpu', 300),
    found('stock-tfjs:wasm-1', 40),
    found('stock-tfjs:wasm', 80),
    found('stock-tfjs:cpu', 600),
  );
  const { engines, bars } = browserResult(task, null, report);
  expect(engines.map(({ ratio }) => ratio)).toEqual([0.2, 0.5, 0.5, 1, 2, 1]);
  expect(bars.map(({ value, isMet }) => [value, isMet])).toEqual([
    [5, true],
    [0.03, true],
    [2, false],
    [0.06, false],
  ]);
  const text = formatBrowserResult(browserResult(task, null, report));
  expect(text).toContain('onnx:wasm-1 so many times as fast as stock-tfjs:wasm at its best: 5.00, limit 4: met');
  expect(text).toContain('onnx:wasm-2 so many times as fast as stock-tfjs:wasm at its best: 2.00, limit 4: NOT MET');
});

test('LeNet has a bar in ms, of two threads', () => {
  const task = taskOf('lenet', 'onnx:wasm-1', 'onnx:wasm-2');
  const { bars } = browserResult(task, null, reportOf(found('onnx:wasm-1', 40), found('onnx:wasm-2', 25)));
  expect(bars).toMatchObject([{ value: 25, limit: 25, isMet: false }]);
});

test('other losses are told, and those of plain JavaScript are compared with each other', () => {
  const own = taskOf('lenet', 'onnx:wasm-1', 'onnx:wasm-2', 'tfjs:cpu', 'stock-tfjs:wasm', 'stock-tfjs:cpu');
  const few = { losses: [2.31, 2.29, 2.4] };
  const report = reportOf(
    found('onnx:wasm-1', 8),
    found('onnx:wasm-2', 8, { losses: [2.3, 2.2, 2.1009] }),
    found('tfjs:cpu', 80, few),
    found('stock-tfjs:wasm', 40, { losses: [2.3, 2.2, 2.1009] }),
    found('stock-tfjs:cpu', 80, few),
  );
  const { engines } = browserResult(own, null, report);
  expect(engines.map(({ notes }) => notes.join().includes('OTHER LOSSES'))).toEqual([false, true, false, false, false]);
  // Five images of two hundred.
  expect(batchSizeOf({ kernel: 'cpu' }, 'lenet')).toBe(5);
  expect(engines[2]).toMatchObject({ median: 40 * 80, notes: ['steps of 5 images, times 40'] });
  const wrong = reportOf(found('onnx:wasm-1', 8), found('onnx:wasm-2', 8, { losses: [Number.NaN, 2.2, 2.1] }));
  const [, second] = browserResult(taskOf('mlp', 'onnx:wasm-1', 'onnx:wasm-2'), null, wrong).engines;
  expect(second?.notes).toEqual(['OTHER LOSSES: NaN, 2.2, 2.1, not 2.3, 2.2, 2.1']);
});

test('a page is opened again without an engine that hangs', async () => {
  const asked: string[] = [];
  const ask: Ask = async ({ engines }, onProgress) => {
    asked.push(engines.map(({ name }) => name).join());
    for (const { name } of engines) {
      onProgress({ engine: name, phase: 'first steps' });
      if (name.startsWith('tfjs')) throw new Error('the page said nothing for 90 s');
    }
    return reportOf(...engines.map(({ name }) => found(name, 5)));
  };
  const task = taskOf('mlp', 'tfjs:cpu', 'onnx:wasm-1', 'tfjs:wasm', 'jax-js:wasm');
  const { engines } = await askPage(task, ask);
  expect(asked).toEqual([
    'tfjs:cpu,onnx:wasm-1,tfjs:wasm,jax-js:wasm',
    'onnx:wasm-1,tfjs:wasm,jax-js:wasm',
    'onnx:wasm-1,jax-js:wasm',
  ]);
  expect(engines.map(({ name }) => name)).toEqual(['tfjs:cpu', 'onnx:wasm-1', 'tfjs:wasm', 'jax-js:wasm']);
  expect(engines[0]).toMatchObject({
    samples: [],
    notes: ['given up at its first steps: the page said nothing for 90 s'],
  });
  expect(engines[1]).toMatchObject({ samples: [5, 5, 15] });
});

test('a page that fails by itself is an error', async () => {
  const ask: Ask = async () => ({ ...reportOf(), failure: 'no data' });
  await expect(askPage(taskOf('mlp', 'onnx:wasm-1'), ask)).rejects.toThrow('the page failed: no data');
});
