// What `npm run gpu` does with devices that hang, end their process or compute wrongly; that it runs is shown by gpu.pack.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEVICES } from '../gpu/devices.ts';
import type { DeviceResult, Effort } from '../gpu/findings.ts';
import { examineInNode, examineInProcesses } from '../gpu/in-node.ts';
import { parseOptions } from '../gpu/options.ts';
import { curveDifference, formatReport, type GpuReport, verdict } from '../gpu/table.ts';
import { packImages, unpackImages } from '../gpu/training-images.ts';

describe('words', () => {
  test('choose devices and effort', () => {
    expect(parseOptions([]).devices).toEqual(DEVICES.map(({ name }) => name));
    expect(parseOptions(['--devices', 'onnx:webgpu in Chromium, onnx:cpu']).devices).toEqual([
      'onnx:cpu',
      'onnx:webgpu in Chromium',
    ]);
    expect(parseOptions(['--small']).effort.benchSeconds).toBe(0);
    expect(parseOptions(['--software']).minutes).toBeGreaterThan(parseOptions([]).minutes);
  });

  test.each([
    [['--devices', 'onnx:gpu'], /onnx:gpu: expected some of reference, onnx:cpu/],
    [['--minutes', '0'], /at least 1/],
    [['--processes', '0'], /--processes 0: expected a whole number from 1 to 99/],
    [['--small', '--whole'], /exclude/],
  ])('%j is refused', (words, message) => {
    expect(() => parseOptions(words)).toThrow(message);
  });
});

test('images travel in one file', () => {
  const images = (count: number, from: number) => ({
    images: Uint8Array.from({ length: count * 784 }, (_, i) => (from + i) % 256),
    labels: Int32Array.from({ length: count }, (_, i) => (from + i) % 10),
    count,
  });
  const data = { train: images(3, 5), held: images(2, 9) };
  expect(unpackImages(packImages(data))).toEqual(data);
});

describe('a process', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'descent-gpu-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const effort: Effort = { conformanceSeconds: 1, curveSteps: 1, benchSeconds: 0, deviceSeconds: 5 };
  const examine = (script: string) => {
    const worker = join(folder, `${script.length}.mjs`);
    writeFileSync(worker, script);
    const task = { backend: 'onnx:cpu', kind: 'processor', effort, images: '' } as const;
    return examineInNode(task, { PLAYED: 'software' }, worker);
  };
  const part = `process.send({ about: process.env.PLAYED, curves: [] });`;

  test('gets its environment, and what it tells is there', async () => {
    const found = await examine(`${part} process.send({ problems: ['bench: none'] }, () => process.exit(0));`);
    expect(found).toEqual({ about: 'software', curves: [], problems: ['bench: none'] });
  });

  test('that crashes leaves what it told before, and its last words', async () => {
    const found = await examine(
      `${part} setTimeout(() => { console.error('lost device'); process.kill(process.pid, 'SIGABRT'); }, 50);`,
    );
    expect(found).toEqual({ about: 'software', curves: [], problems: ['its process ended with SIGABRT: lost device'] });
  });

  test('that hangs is stopped', async () => {
    const found = await examine(`${part} setInterval(() => {}, 1000);`);
    expect(found).toEqual({ about: 'software', curves: [], problems: ['stopped after 5 s'] });
  });
});

test('processes share the tests of the kit once curves and times are there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-gpu-'));
  const worker = join(folder, 'worker.mjs');
  writeFileSync(
    worker,
    `const { effort } = JSON.parse(process.argv[2]);
    const { index, of } = effort.part ?? {};
    const failed = index === 1 ? [{ name: 'b', message: 'wrong' }] : [];
    process.send(
      effort.conformanceSeconds === 0
        ? { curves: [], bench: [] }
        : { conformance: { passed: of, failed, limits: ['l' + index], skipped: effort.curveSteps + effort.benchSeconds } },
      () => process.exit(index === 2 ? 3 : 0),
    );`,
  );
  const effort = { conformanceSeconds: 1, curveSteps: 1, benchSeconds: 1, deviceSeconds: 20 };
  const task = { backend: 'onnx:cpu', kind: 'processor', effort, images: '' } as const;
  try {
    expect(await examineInProcesses(task, 3, {}, worker)).toEqual({
      curves: [],
      bench: [],
      conformance: { passed: 9, failed: [{ name: 'b', message: 'wrong' }], limits: ['l0', 'l1', 'l2'], skipped: 0 },
      problems: ['its process ended with 3'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the table', () => {
  const curve = (...losses: number[]) => [{ job: 'LeNet', losses, accuracy: 0.5 }];
  const conformance = { passed: 2, failed: [], limits: ['op/sin/a'], skipped: 1 };
  const bench = (ms: number) => [{ net: 'mlp' as const, median: ms, min: ms, stepsPerRun: 4, steps: 40 }];
  const cpu: DeviceResult = {
    name: 'onnx:cpu',
    seconds: 1,
    problems: [],
    conformance,
    curves: curve(2, 1),
    bench: bench(4),
  };
  const gpu: DeviceResult = { ...cpu, name: 'onnx:cuda', curves: curve(2, 1.0002), bench: bench(1) };
  const devices = [{ name: 'reference', seconds: 1, problems: [], curves: curve(2) }, cpu, gpu];
  const machine = {
    cpu: 'a CPU',
    cores: 2,
    memoryGb: 4,
    system: 'x',
    node: '24',
    gpus: [],
    browser: null,
    commit: null,
  };
  const text = (of: readonly DeviceResult[]): string =>
    formatReport({ date: 'today', machine, software: false, devices: of } satisfies GpuReport);

  test('compares curves over the steps that both have', () => {
    expect(curveDifference(curve(2, 1), curve(2))).toEqual({ largest: 0, steps: 1 });
    expect(curveDifference(curve(2, Number.NaN), curve(2, 1))?.largest).toBe(Number.POSITIVE_INFINITY);
    expect(curveDifference(undefined, curve(2))).toBeNull();
  });

  test('has a row for each device, with times against onnx:cpu', () => {
    expect(text(devices)).toContain(
      '| onnx:cuda | works | 2, 0, 1, 1 | 0.0e+0 over 1 | 2.0e-4 over 2 | 1.00 (0.25x) | – | – |',
    );
  });

  test('says what is wrong, and names it', () => {
    const failed = Array.from({ length: 25 }, (_, i) => ({ name: `op/${i}`, message: 'differs\nby much' }));
    const wrong = { ...gpu, conformance: { ...conformance, failed } };
    expect(text([...devices.slice(0, 2), wrong])).toMatch(
      /\| onnx:cuda \| WRONG \| 2, 25, 1, 1 [\s\S]*- onnx:cuda: `op\/0`: differs\n[\s\S]*- onnx:cuda: 5 more/,
    );
    expect(verdict({ ...gpu, curves: curve(2, 1.1) }, devices)).toBe('WRONG');
    expect(verdict({ ...gpu, problems: ['stopped after 1 s'] }, devices)).toBe('in part');
    expect(verdict({ name: 'onnx:dml', seconds: 0, problems: ['it needs Windows'] }, devices)).toBe('does not run');
  });
});
