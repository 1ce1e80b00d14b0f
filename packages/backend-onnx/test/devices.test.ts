import { linear, tensor, ValueError } from '@descent/core';
import { BackendError, graph } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { afterAll, describe, expect, test } from 'vitest';
import { deviceOptions } from '../src/device/options.ts';
import { exportOnnx, loadOnnx, type OnnxOptions, onnx } from '../src/public/index.ts';
import { defaultWasmThreads } from '../src/runtime/wasm-threads.ts';
import { configureWeb } from '../src/runtime/web.ts';
import { trainedLosses } from './browser/train.ts';

const wasm = onnx({ device: 'wasm' });
afterAll(() => wasm.dispose());

describe('onnx:wasm in Node', () => {
  test('one seed gives the curve of onnx:cpu', async () => {
    const cpu = onnx({ threads: 1 });
    const [here, there] = [await trainedLosses(wasm, 24), await trainedLosses(cpu, 24)];
    expect(there[23]).toBeLessThan(0.7 * (there[0] as number));
    for (const [i, loss] of there.entries()) expect(Math.abs((here[i] as number) / loss - 1)).toBeLessThan(1e-4);
    await cpu.dispose();
  });

  test('reads ONNX files', async () => {
    const bytes = await exportedBytes();
    const file = await loadOnnx(bytes, { device: 'wasm' });
    expect((await file.predict(tensor([[1, 2]]))).data).toEqual(Float32Array.of(11));
    file.dispose();
  });

  test('refuses another number of threads than it was started with', async () => {
    await wasm.compile({ graph: graph({ y: input('x', []) }), reads: [], writes: [] });
    const other = onnx({ device: 'wasm', threads: 7 });
    const compiled = other.compile({ graph: graph({ y: input('x', []) }), reads: [], writes: [] });
    await expect(compiled).rejects.toThrow(/started with another number of threads[\s\S]*received: 7/);
  });
});

async function exportedBytes(): Promise<Uint8Array> {
  const { bytes } = await exportOnnx(linear(2, 1), {
    parameters: { weight: tensor([[3, 4]]), bias: tensor([0]) },
    sample: { shape: [2], dtype: 'float32' },
    softmax: false,
  });
  return bytes;
}

describe('options', () => {
  test.each([
    [{ device: 'wasm', spinning: false }, /onnx:wasm has no option spinning[\s\S]*'cpu'/],
    [{ device: 'cpu', wasmPaths: '/wasm/' }, /onnx:cpu has no option wasmPaths[\s\S]*'wasm'/],
    [{ device: 'cpu', rememberChecks: false }, /onnx:cpu has no option rememberChecks[\s\S]*'webgpu' or 'cuda'/],
    [{ device: 'gpu' }, /invalid device[\s\S]*received: gpu[\s\S]*cpu, wasm/],
    [{ device: 'wasm', threads: 0 }, /needs threads/],
  ])('%o is refused', (options, message) => {
    const make = (): unknown => onnx(options as OnnxOptions);
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});

describe('threads of WebAssembly', () => {
  const runtime = () => ({ env: { wasm: {} as Record<string, unknown> } }) as never;
  const options = { ...deviceOptions({ device: 'wasm' }), threads: 2, exactThreads: true };

  test('are several only where memory can be shared, and that is told', () => {
    expect([defaultWasmThreads(16, true), defaultWasmThreads(2, true), defaultWasmThreads(16, false)]).toEqual([
      4, 2, 1,
    ]);
    expect(() => configureWeb(runtime(), options, false)).toThrow(BackendError);
    expect(configureWeb(runtime(), { ...options, threads: 1 }, false).notes.join()).toContain(
      'Cross-Origin-Opener-Policy',
    );
    expect(configureWeb(runtime(), options, true).notes).toEqual([]);
  });

  test('and places of files are what the first one said', () => {
    const ort = runtime() as { env: { wasm: Record<string, unknown> } };
    configureWeb(ort as never, { ...options, wasmPaths: '/a/' }, true);
    configureWeb(ort as never, { ...options, threads: 4, exactThreads: false }, true);
    expect(ort.env.wasm).toEqual({ numThreads: 2, wasmPaths: '/a/' });
    expect(() => configureWeb(ort as never, { ...options, threads: 4 }, true)).toThrow(/expected: 2/);
  });
});
