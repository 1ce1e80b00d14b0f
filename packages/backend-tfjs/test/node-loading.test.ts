import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BackendError } from '@descent/core/backend';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AddonLoader, openNode } from '../src/node/open.ts';
import { tfjs } from '../src/public/index.ts';
import { buildAddon, findTensorFlow } from '../src/public/install.ts';
import type { Binding } from '../src/tf-graph/binding.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-loading-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(path: string, content = ''): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

function program(path: string, script: string): string {
  const full = file(path, `#!/bin/sh\n${script}\n`);
  chmodSync(full, 0o755);
  return full;
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BackendError);
  return String(error);
}

const nothing: AddonLoader = {
  require: () => expect.fail('nothing is to be loaded'),
  packaged: () => null,
  lastBuilt: () => null,
  build: () => expect.fail('nothing is to be built'),
};

/** A binding whose graphs give the numbers asked for. */
function fake(product: readonly number[] | Error, gpu = true): Binding {
  const unused = (): never => expect.fail('not part of opening');
  return {
    isUsingGpuDevice: () => gpu,
    TF_Version: '2.99.0',
    loadSavedModel: () => {
      if (product instanceof Error) throw product;
      return 1;
    },
    runSavedModel: () => [{ id: 7, shape: [2, 2], dtype: 1 }],
    tensorDataSync: () => Float32Array.from(product as readonly number[]),
    deleteTensor: () => {},
    deleteSavedModel: () => {},
    createTensor: unused,
    executeOp: unused,
    getNumOfSavedModels: unused,
    getNumOfTensors: unused,
    TF_FLOAT: 1,
    TF_INT32: 3,
    TF_BOOL: 10,
    TF_UINT8: 4,
    TF_ATTR_TYPE: 4,
  };
}

describe.each(['node', 'node-gpu'] as const)('tfjs:%s', (engine) => {
  test('a missing package is an error with the commands that help', async () => {
    const message = await messageOf(openNode(engine, {}, nothing));
    expect(message).toContain(`@tensorflow/tfjs-${engine} is not installed`);
    expect(message).toContain(`npm install @tensorflow/tfjs-${engine}@^4.22.0`);
    expect(message).toContain('descent backends add tfjs-node --libtensorflow python');
  });

  test('a package whose install script did not run is told apart', async () => {
    const message = await messageOf(openNode(engine, {}, { ...nothing, packaged: () => join(folder, 'none.node') }));
    expect(message).toContain('its install script did not run');
    expect(message).toContain(`fix: npm rebuild @tensorflow/tfjs-${engine} runs it`);
    expect(message).not.toContain('npm install');
  });

  test('an addon that is not there is not replaced by another one', async () => {
    const loader = { ...nothing, lastBuilt: () => expect.fail('another addon is not asked for') };
    const message = await messageOf(openNode(engine, { addon: join(folder, 'none.node') }, loader));
    expect(message).toContain(join(folder, 'none.node'));
  });

  test('a library that the addon needs is named', async () => {
    const require = (): never => {
      throw new Error('libtensorflow_cc.so.2: cannot open shared object file: No such file or directory');
    };
    const message = await messageOf(openNode(engine, { addon: file('a.node') }, { ...nothing, require }));
    expect(message).toContain('libtensorflow_cc.so.2 is missing');
  });

  test('an addon built by hand goes first, and a library given is built', async () => {
    const opened: string[] = [];
    const packaged = file('packaged.node');
    const loader: AddonLoader = {
      require(path) {
        opened.push(path);
        return fake([7, 10, 15, 22]);
      },
      packaged: () => packaged,
      lastBuilt: () => 'built.node',
      build: (library) => `${library}.node`,
    };
    await openNode(engine, {}, loader);
    await openNode(engine, {}, { ...loader, lastBuilt: () => null });
    const backend = await openNode(engine, { libtensorflow: 'python' }, loader);
    expect(opened).toEqual(['built.node', packaged, 'python.node']);
    expect(backend.name).toBe(`tfjs:${engine}`);
  });
});

describe('tfjs:node-gpu', () => {
  const open = (binding: Binding) =>
    openNode('node-gpu', {}, { ...nothing, lastBuilt: () => 'a.node', require: () => binding });

  test('refuses to run when TensorFlow sees no GPU', async () => {
    const message = await messageOf(open(fake([7, 10, 15, 22], false)));
    expect(message).toMatch(/sees no GPU[\s\S]*TensorFlow 2\.99\.0 through a\.node[\s\S]*nvidia-smi/);
  });

  test('refuses a GPU that TensorFlow cannot compute on', async () => {
    const message = await messageOf(open(fake(new Error('Cannot assign a device for operation product'))));
    expect(message).toMatch(/cannot compute on the GPU[\s\S]*Cannot assign a device/);
  });

  test('refuses a GPU that computes wrong numbers', async () => {
    expect(await messageOf(open(fake([0, 0, 0, 0])))).toMatch(/wrong numbers[\s\S]*0,0,0,0[\s\S]*7,10,15,22/);
  });
});

test('an addon that is not there, from the outside', async () => {
  expect(await messageOf(tfjs({ engine: 'node', addon: join(folder, 'x.node') }))).toContain('there is no addon');
});

describe('finding TensorFlow', () => {
  const library = (base: string, name: string): void => {
    file(`${base}/${name}`);
    file(`${base}/libtensorflow_framework.so.2`);
  };

  test.each([
    ['the Python package', '', 'libtensorflow_cc.so.2', ''],
    ['what pip installed with --target', 'tensorflow', 'libtensorflow_cc.so.2', 'tensorflow'],
    ['a C archive', 'lib', 'libtensorflow.so.2', ''],
  ])('%s', (_, libraries, name, base) => {
    library(libraries, name);
    file(join(base, 'include/tensorflow/c/c_api.h'));
    const found = findTensorFlow(folder);
    expect(found.folder).toBe(join(folder, libraries));
    expect(found.include).toBe(join(folder, base, 'include'));
    expect(found.libraries).toEqual([name, 'libtensorflow_framework.so.2']);
  });

  test('a folder without the library or the headers says what belongs there', () => {
    library('', 'libtensorflow_cc.so.2');
    expect(() => findTensorFlow(folder)).toThrow(/no TensorFlow C library[\s\S]*c_api\.h[\s\S]*pip install/);
  });

  test('the package of a Python', () => {
    library('site/tensorflow', 'libtensorflow_cc.so.2');
    file('site/tensorflow/include/tensorflow/c/c_api.h');
    const python = program('python', `echo ${join(folder, 'site/tensorflow')}`);
    expect(findTensorFlow(python).folder).toBe(join(folder, 'site/tensorflow'));
    vi.stubEnv('DESCENT_PYTHON', python);
    expect(findTensorFlow('python').folder).toBe(join(folder, 'site/tensorflow'));
  });

  test('a Python without TensorFlow, and none at all', () => {
    const python = program('python', 'echo');
    expect(() => findTensorFlow(python)).toThrow(/has no TensorFlow[\s\S]*-m pip install tensorflow-cpu/);
    vi.stubEnv('DESCENT_PYTHON', join(folder, 'none'));
    expect(() => findTensorFlow('python')).toThrow(/could not be asked/);
  });
});

describe('building the addon', () => {
  const build = (compiler: string) => {
    file('tf/libtensorflow_cc.so.2');
    file('tf/libtensorflow_framework.so.2');
    file('tf/include/tensorflow/c/c_api.h');
    file('source/binding/one.cc');
    vi.stubEnv('CXX', compiler);
    const options = { libtensorflow: join(folder, 'tf'), source: join(folder, 'source'), out: join(folder, 'out') };
    return buildAddon(options);
  };

  test.skipIf(process.platform !== 'linux')('says when there is no compiler', () => {
    expect(() => build(join(folder, 'none'))).toThrow(/no C\+\+ compiler[\s\S]*apt-get install g\+\+/);
  });

  test.skipIf(process.platform !== 'linux')('shows what the compiler says', () => {
    expect(() => build(program('cxx', 'echo "one.cc: no such thing" >&2; exit 1'))).toThrow(/one\.cc: no such thing/);
  });

  test.skipIf(process.platform !== 'linux')('says when what was built does not load, and forgets it', () => {
    const compiler = program('cxx', 'while [ "$1" != -o ]; do shift; done; echo nonsense > "$2"');
    expect(() => build(compiler)).toThrow(/does not load/);
    expect(() => build(compiler)).toThrow(/does not load/);
  });

  test.skipIf(process.platform !== 'linux')('says when the package has no sources', () => {
    file('tf/libtensorflow_cc.so.2');
    file('tf/libtensorflow_framework.so.2');
    file('tf/include/tensorflow/c/c_api.h');
    expect(() => buildAddon({ libtensorflow: join(folder, 'tf'), source: folder, out: folder })).toThrow(/no sources/);
  });
});
