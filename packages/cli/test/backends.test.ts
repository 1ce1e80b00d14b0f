import { type Backend, BackendError } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { type BackendEntry, openBackend, withBackends } from '../src/backends.ts';
import { listBackends } from '../src/commands/backends.ts';
import { UsageError } from '../src/errors.ts';
import { capture, descent, folder, tinyConfig } from './helpers.ts';

const slow: BackendEntry = { name: 'slow', summary: 'always works', open: async () => referenceBackend() };
const missing: BackendEntry = {
  name: 'fast:gpu',
  summary: 'needs a package',
  open: async () => {
    throw new BackendError('the package fast-gpu is missing', { fix: 'npm install fast-gpu' });
  },
};
const broken: BackendEntry = {
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

describe('openBackend', () => {
  test('auto takes the first that works and says why', async () => {
    const { backend, why } = await openBackend('auto', [missing, broken, slow]);
    expect(backend.name).toBe('reference:float32');
    expect(why).toBe(
      'the fastest that works here: fast:gpu does not (the package fast-gpu is missing); broken does not (the backend broken computes wrong numbers here)',
    );
    expect((await openBackend('auto', [slow, missing])).why).toBe('the fastest that works here');
  });

  test('auto fails when none works', async () => {
    await expect(openBackend('auto', [missing])).rejects.toThrow(/^no backend works here/);
  });

  test('a named backend never falls back: the error says what to install', async () => {
    await expect(openBackend('fast:gpu', [missing, slow])).rejects.toThrow(
      /fast-gpu is missing\n {2}fix: npm install fast-gpu/,
    );
    expect((await openBackend('slow', [missing, slow])).why).toBeNull();
  });

  test('an error of another kind is told with the backend', async () => {
    const odd: BackendEntry = {
      ...slow,
      name: 'odd',
      open: () => Promise.reject(new Error('libodd.so: no such file')),
    };
    await expect(openBackend('odd', [odd])).rejects.toThrow(
      /^the backend odd does not work here\n {2}received: libodd\.so/,
    );
  });

  test('an unknown name is a usage error with a suggestion', async () => {
    const error = await openBackend('fast:cpu', [missing, slow]).catch((e: unknown) => e);
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
    const entry: BackendEntry = {
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
    const entries = [first.entry, missing, second.entry, third.entry];
    for (const inference of ['fast:gpu', 'second', 'third', 'none']) {
      await expect(withBackends({ training: 'first', inference }, use, entries)).rejects.toThrow();
      expect([first.open(), second.open(), third.open()]).toEqual([0, 0, 0]);
    }
    // A wrong name is told before anything is opened.
    expect(first.opened()).toBe(3);
  });

  test('both, when what is done with them fails or not; one alone when it does both', async () => {
    const [first, second] = [counted('first'), counted('second')];
    const entries = [first.entry, second.entry];
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
    await withBackends({ training: 'auto', inference: null }, use, [bad.entry, none.entry, good.entry]);
    expect([bad.open(), none.open(), good.open()]).toEqual([0, 0, 0]);
  });
});

describe('descent backends', () => {
  test('lists each backend with what is missing', async () => {
    const [out, err] = [capture(), capture()];
    await listBackends([missing, slow], {
      out: out.output,
      err: err.output,
      cwd: '.',
      signal: new AbortController().signal,
    });
    expect(out.text()).toBe(
      [
        'fast:gpu  missing   needs a package',
        '          the package fast-gpu is missing',
        '            fix: npm install fast-gpu',
        'slow      works     always works',
        '',
      ].join('\n'),
    );
  });

  test('knows the reference backend', async () => {
    const { code, out } = await descent(folder(), 'backends');
    expect(code).toBe(0);
    expect(out).toMatch(/^onnx:cpu .*\n/);
    expect(out).toMatch(/^reference +works/m);
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
