// Devices that a machine may not have, up to the edge: what ONNX Runtime is asked for, and what is said when it cannot give it.
import { BackendError, type CompiledProgram, graph, type HeldState } from '@descent/core/backend';
import { input, logicalOr } from '@descent/core/ops';
import { describe, expect, test } from 'vitest';
import type { DeviceName } from '../src/device/names.ts';
import { deviceOptions } from '../src/device/options.ts';
import { createSession, type Model } from '../src/device/session.ts';
import { openPlaced } from '../src/placement.ts';
import { lazyPlansOf, type Plan, planOf } from '../src/plan.ts';
import { onnx } from '../src/public/index.ts';
import type { Ort } from '../src/runtime/runtime.ts';

const bytes = new Uint8Array();

/** What a session of the device is opened with. */
async function sessionOptions(
  device: DeviceName,
  model: Partial<Model> = {},
  more: { deviceId?: number } = {},
): Promise<Ort.InferenceSession.SessionOptions> {
  let given: Ort.InferenceSession.SessionOptions = {};
  const create = async (_: Uint8Array, options: Ort.InferenceSession.SessionOptions) => {
    given = options;
  };
  const ort = { InferenceSession: { create } } as unknown as typeof Ort;
  await createSession(ort, { bytes, ...model }, deviceOptions({ device, ...more }));
  return given;
}

const fallbackOf = (options: Ort.InferenceSession.SessionOptions): unknown =>
  (options.extra as Record<string, Record<string, unknown>>)['session']?.['disable_cpu_ep_fallback'];

describe('a session', () => {
  test.each([
    ['cpu', {}, 'cpu'],
    ['wasm', {}, 'wasm'],
    ['webgpu', {}, { name: 'webgpu', preferredLayout: 'NCHW' }],
    ['cuda', {}, { name: 'cuda' }],
    ['cuda', { deviceId: 1 }, { name: 'cuda', deviceId: 1 }],
    ['dml', { deviceId: 0 }, { name: 'dml', deviceId: 0 }],
    ['coreml', {}, { name: 'coreml' }],
  ] as const)('of onnx:%s %o asks for its provider alone', async (device, more, provider) => {
    expect((await sessionOptions(device, {}, more)).executionProviders).toEqual([provider]);
  });

  test('lets nothing fall back to the processor, unless it is told to, or is the processor', async () => {
    for (const device of ['webgpu', 'cuda', 'dml', 'coreml'] as const) {
      expect(fallbackOf(await sessionOptions(device)), device).toBe('1');
      expect(fallbackOf(await sessionOptions(device, { mayFallBack: true })), device).toBe('0');
    }
    for (const device of ['cpu', 'wasm'] as const) expect(fallbackOf(await sessionOptions(device)), device).toBe('0');
  });

  test('keeps the state on the device where it can stay there', async () => {
    const model = { resident: ['w/next'] };
    expect((await sessionOptions('webgpu', model)).preferredOutputLocation).toEqual({ 'w/next': 'gpu-buffer' });
    expect(await sessionOptions('cuda', model)).not.toHaveProperty('preferredOutputLocation');
  });

  test.each(['cpu', 'wasm'] as const)('onnx:%s has no number of a graphics device', (device) => {
    expect(() => deviceOptions({ device, deviceId: 0 })).toThrow(/has no option deviceId[\s\S]*'cuda' or 'dml'/);
    expect(() => deviceOptions({ device, fallback: 'allow' })).toThrow(/has no option fallback/);
  });

  test.each([-1, 0.5, Number.NaN])('a device number of %d is refused', (deviceId) => {
    expect(() => deviceOptions({ device: 'cuda', deviceId })).toThrow(/by its number/);
  });
});

const program = {
  graph: graph({ y: logicalOr(input('a', [2], 'bool'), input('b', [2], 'bool')) }),
  reads: [],
  writes: [],
};

describe('operators that a provider hands back', () => {
  /** A provider without the operator `Or`. Errors are those that a session gives. */
  const opened: Plan[] = [];
  const sessions = {
    async open(plan: Plan): Promise<CompiledProgram<HeldState>> {
      opened.push(plan);
      const create = async (model: Uint8Array): Promise<void> => {
        if (plan.mayFallBack === true || !new TextDecoder('latin1').decode(model).includes('Or')) return;
        throw new Error(
          'graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.',
        );
      };
      const ort = { InferenceSession: { create } } as unknown as typeof Ort;
      await createSession(ort, plan, deviceOptions({ device: 'cuda' }));
      return { run: async () => ({}), describe: () => plan.notes.join('\n') };
    },
    identity: async () => ({ here: 'here', anywhere: null }),
    state: (): never => {
      throw new Error('not needed');
    },
    dispose: async () => {},
  };
  const options = { dialect: 'cpu' } as const;
  const open = (fallback: 'refuse' | 'allow'): Promise<CompiledProgram<HeldState>> =>
    openPlaced(
      { name: 'onnx:cuda', sessions, options, fallback },
      program,
      planOf(program, options),
      lazyPlansOf(program, options, 'extended'),
    );

  test('are refused by name', async () => {
    await expect(open('refuse')).rejects.toThrow(
      /onnx:cuda cannot run every operator[\s\S]*on the processor: Or \(y\)[\s\S]*fallback: 'allow'/,
    );
  });

  test('are told by name where they are allowed', async () => {
    expect((await open('allow')).describe()).toContain('onnx:cuda runs on the processor: Or (y)');
    expect(opened.at(-1)?.mayFallBack).toBe(true);
  });
});

test.each([
  ['dml', /onnx:dml does not start here[\s\S]*Windows/],
  ['coreml', /onnx:coreml does not start here[\s\S]*macOS/],
] as const)('onnx:%s says what it needs where it is not', async (device, message) => {
  const backend = onnx({ device });
  // Each of them is made for another system; at least one is not here.
  if (device === (process.platform === 'win32' ? 'dml' : process.platform === 'darwin' ? 'coreml' : '')) return;
  const compiled = backend.compile(program);
  await expect(compiled).rejects.toThrow(BackendError);
  await expect(compiled).rejects.toThrow(message);
});

test('onnx:cuda says what it needs where its libraries were not installed', async () => {
  const compiled = onnx({ device: 'cuda' }).compile(program);
  const error = await compiled.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  // On a machine with a GPU it runs, or names the operator that it does not have.
  if (error !== null)
    expect(String(error)).toMatch(
      /onnx:cuda does not start here[\s\S]*npm rebuild onnxruntime-node|cannot run every operator/,
    );
});
