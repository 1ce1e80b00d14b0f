import { type Backend, BackendError } from '@descent/core';
import type { BackendDescription } from '@descent/core/backend';
import type { Trial } from '@descent/core/choose';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { type Available, loadBackends, openBackend, withBackends } from '../src/backends.ts';
import { listBackends } from '../src/commands/backends.ts';
import { UsageError } from '../src/errors.ts';
import { capture, descent, folder, rememberChoice, silentIo, tinyConfig } from './helpers.ts';

const about = { packages: { node: [] }, isLastResort: false, note: '' };

const slow: BackendDescription = {
  ...about,
  name: 'slow',
  summary: 'always works',
  open: async () => referenceBackend(),
};
const missing: BackendDescription = {
  ...about,
  name: 'fast:gpu',
  summary: 'needs a package',
  open: async () => {
    throw new BackendError('the package fast-gpu is missing', { fix: 'npm install fast-gpu' });
  },
};
const broken: BackendDescription = {
  ...about,
  name: 'broken',
  summary: 'computes nonsense',
  open: async () => wrong(referenceBackend()),
};

/** The same backend with wrong results. */
function wrong(backend: Backend): Backend {
  return {
    ...backend,
    async compile(program) {
      const executable = await backend.compile(program);
      return { ...executable, run: async () => ({ y: { dtype: 'float32', shape: [1], data: new Float32Array([5]) } }) };
    },
  };
}

/** As if `auto` had measured: each is slower than the one before. */
async function measure(candidates: readonly { readonly name: string }[]): Promise<readonly Trial[]> {
  return candidates.map(({ name }, i) => ({
    name,
    state: 'measured',
    networks: [{ network: 'mlp', msPerStep: 2 * (i + 1), losses: [2, 1] }],
  }));
}

function among(...entries: readonly BackendDescription[]): Available {
  return { entries, auto: () => ({ store: null, key: '', measure }) };
}

describe('openBackend', () => {
  test('auto takes the one that was fastest and works, and says why', async () => {
    const { backend, why, choice } = await openBackend('auto', among(missing, broken, slow));
    expect(backend.name).toBe('reference:float32');
    expect(choice?.name).toBe('slow');
    expect(why).toBe('6.0 ms a step, fast:gpu 2.0, broken 4.0; measured now');
  });

  test('auto leaves out what runs in browsers only, and fails when none works', async () => {
    const inPages = { ...slow, packages: { browser: [] } };
    await expect(openBackend('auto', among(inPages, missing))).rejects.toThrow(/^no backend works here/);
  });

  test('a named backend never falls back: the error says what to install', async () => {
    await expect(openBackend('fast:gpu', among(missing, slow))).rejects.toThrow(
      /fast-gpu is missing\n {2}fix: npm install fast-gpu/,
    );
    expect(await openBackend('slow', among(missing, slow))).toMatchObject({ why: null, choice: null });
  });

  test('an error of another kind is told with the backend', async () => {
    const odd: BackendDescription = {
      ...slow,
      name: 'odd',
      open: () => Promise.reject(new Error('libodd.so: no such file')),
    };
    await expect(openBackend('odd', among(odd))).rejects.toThrow(
      /^the backend odd does not work here\n {2}received: libodd\.so/,
    );
  });

  test('an unknown name is a usage error with a suggestion', async () => {
    const error = await openBackend('fast:cpu', among(missing, slow)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toBe(
      "there is no backend 'fast:cpu'; did you mean 'fast:gpu'?\n  expected: auto, fast:gpu, slow",
    );
  });
});

describe('what was opened is released', () => {
  /** Works, and counts how many of it are open. */
  function counted(name: string, change: (backend: Backend) => Backend = (backend) => backend) {
    let open = 0;
    let opened = 0;
    const entry: BackendDescription = {
      ...about,
      name,
      summary: '',
      async open() {
        open += 1;
        opened += 1;
        const backend = change(referenceBackend());
        return {
          ...backend,
          async dispose() {
            open -= 1;
            await backend.dispose();
          },
        };
      },
    };
    return { entry, open: () => open, opened: () => opened };
  }
  const failing = (backend: Backend): Backend => ({
    ...backend,
    compile: () => Promise.reject(new Error('no kernel')),
  });
  const use = async (): Promise<string> => 'used';

  test('the first, when the second does not open, computes wrong numbers, or is not there', async () => {
    const first = counted('first');
    const second = counted('second', wrong);
    const third = counted('third', failing);
    const entries = among(first.entry, missing, second.entry, third.entry);
    for (const inference of ['fast:gpu', 'second', 'third', 'none']) {
      await expect(withBackends({ training: 'first', inference }, use, entries)).rejects.toThrow();
      expect([first.open(), second.open(), third.open()]).toEqual([0, 0, 0]);
    }
    // A wrong name is told before anything is opened.
    expect(first.opened()).toBe(3);
  });

  test('both, when what is done with them fails or not; one alone when it does both', async () => {
    const [first, second] = [counted('first'), counted('second')];
    const entries = among(first.entry, second.entry);
    expect(await withBackends({ training: 'first', inference: 'second' }, use, entries)).toBe('used');
    const fails = (): Promise<never> => Promise.reject(new Error('diverged'));
    await expect(withBackends({ training: 'first', inference: 'second' }, fails, entries)).rejects.toThrow('diverged');
    for (const inference of [null, 'first']) {
      await withBackends(
        { training: 'first', inference },
        async (opened) => expect(opened.inference).toBe(opened.training.backend),
        entries,
      );
    }
    expect([first.open(), second.open(), first.opened(), second.opened()]).toEqual([0, 0, 4, 2]);
  });

  test('those that auto passed over', async () => {
    const [bad, none, good] = [counted('bad', wrong), counted('none', failing), counted('good')];
    await withBackends({ training: 'auto', inference: null }, use, among(bad.entry, none.entry, good.entry));
    expect([bad.open(), none.open(), good.open()]).toEqual([0, 0, 0]);
  });
});

describe('the list of backends', () => {
  test('is what the packages say', async () => {
    const names = (await loadBackends()).map(({ name }) => name);
    expect(names).toEqual([
      ...['cpu', 'wasm', 'webgpu', 'cuda', 'dml', 'coreml'].map((device) => `onnx:${device}`),
      ...['node', 'node-gpu', 'wasm', 'webgpu', 'webgl', 'cpu'].map((engine) => `tfjs:${engine}`),
      'reference',
    ]);
  });

  test('is that of the packages that are needed, and no other is loaded', async () => {
    const never = (): Promise<never> => Promise.reject(new Error('loaded'));
    const packages = [
      { prefix: 'a', name: 'a', load: async () => [{ ...slow, name: 'a:b' }] },
      { prefix: 'c', name: 'c', load: never },
    ];
    expect((await loadBackends(['a:b'], packages)).map(({ name }) => name)).toEqual(['a:b']);
    for (const name of ['a:b', 'auto', 'ab']) {
      const names = (await loadBackends(['a:b', name], packages)).map((entry) => entry.name);
      expect(names).toEqual(name === 'a:b' ? ['a:b'] : ['a:b', 'c:*']);
    }
  });

  test('has one entry for a package that is not there, which says how to get it, whatever is named', async () => {
    const load = (): Promise<never> => Promise.reject(new Error("Cannot find package '@descent/backend-odd'\nat …"));
    const entries = await loadBackends(['auto'], [{ prefix: 'odd', name: '@descent/backend-odd', load }]);
    expect(entries.map(({ name }) => name)).toEqual(['odd:*']);
    await expect(openBackend('odd:gpu', among(...entries, slow))).rejects.toThrow(
      "the backends odd:* could not be loaded\n  received: Cannot find package '@descent/backend-odd'\n  expected: the package @descent/backend-odd\n  fix: npm install @descent/backend-odd",
    );
    await expect(openBackend('even:gpu', among(...entries, slow))).rejects.toThrow("there is no backend 'even:gpu'");
  });
});

describe('descent backends', () => {
  test('lists each backend with what is missing, and what auto takes', async () => {
    const out = capture();
    await listBackends(among(missing, slow), silentIo({ out: out.output }), true);
    expect(out.text()).toBe(
      [
        'fast:gpu  missing   needs a package',
        '          the package fast-gpu is missing',
        '            fix: npm install fast-gpu',
        'slow      works     always works',
        '',
        'auto: slow (4.0 ms a step, fast:gpu 2.0; measured now)',
        '',
      ].join('\n'),
    );
  });

  test('one line each unless details are asked for', async () => {
    const out = capture();
    await listBackends(among(missing, slow), silentIo({ out: out.output }));
    const [gpu, works, ...rest] = out.text().split('\n');
    expect([gpu, works]).toEqual(['fast:gpu  missing   needs a package', 'slow      works     always works']);
    expect(rest).toContain('what is missing, and what mends it: descent backends --details');
  });

  test('knows those of all packages, and what auto took', { timeout: 60_000 }, async () => {
    await rememberChoice('onnx:cpu');
    const { code, out } = await descent(folder(), 'backends');
    expect(code).toBe(0);
    expect(out).toMatch(/^onnx:cpu .*\n/);
    expect(out).toMatch(/^reference +works/m);
    expect(out).toMatch(/^auto: onnx:cpu \(1\.0 ms a step, another 2\.0; remembered from /m);
  });

  test('an unknown backend of a config or an option ends training before it starts', async () => {
    const root = folder({ 'a.ts': tinyConfig() });
    const { code, err } = await descent(root, 'train', 'a.ts', '--backend', 'onx:cpu');
    expect(err).toContain("there is no backend 'onx:cpu'; did you mean 'onnx:cpu'?\n  expected: auto, onnx:cpu, ");
    expect(code).toBe(2);
  });
});

describe('descent backends add', () => {
  test('knows only what there is to build', async () => {
    const { code, err } = await descent(folder(), 'backends', 'add', 'onnx', '--libtensorflow', 'python');
    expect(err).toContain("there is nothing to build for 'onnx'\n  expected: tfjs-node");
    expect(code).toBe(2);
  });

  test('needs a TensorFlow', async () => {
    const { code, err } = await descent(folder(), 'backends', 'add', 'tfjs-node', '--libtensorflow', 'none');
    expect(err).toMatch(/there is no TensorFlow C library[\s\S]*none\n[\s\S]*libtensorflow_framework\.so\.2/);
    expect(code).toBe(1);
    expect((await descent(folder(), 'backends', 'add', 'tfjs-node')).err).toContain('--libtensorflow <where>');
  });
});
