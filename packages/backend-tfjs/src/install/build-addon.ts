import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { BackendError } from '@descent/core/backend';
import { userCache } from '@descent/files';
import { findTensorFlow, type TensorFlowLibrary } from './find-tensorflow.ts';

/** The version of Node's stable interface for addons that tfjs-node is written for: one build serves every Node since 12. */
const NODE_API = 8;
const FILE = 'tfjs_binding.node';
const PACKAGES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

export interface BuildAddonOptions {
  /**
   * The folder of TensorFlow's C library, `'python'` for the one inside the package that `python3` (or the environment variable
   * DESCENT_PYTHON) would import, or the path of a Python.
   */
  readonly libtensorflow: string;
  /** Where the addon goes, in a folder of its own for each library. Default: `addonFolder()`. */
  readonly out?: string;
  /** The package @tensorflow/tfjs-node. Default: the one installed beside Descent or in the current folder. */
  readonly source?: string;
}

export interface BuiltAddon {
  /** The file that `tfjs({ engine: 'node', addon })` takes. */
  readonly addon: string;
  /** The version of TensorFlow, such as `'2.21.0'`. */
  readonly version: string;
  /** Whether it was there already. */
  readonly cached: boolean;
}

/** The folder for addons of this user. */
export function addonFolder(): string {
  return join(userCache(), 'tfjs-node');
}

/**
 * Compiles tfjs-node's native addon against another TensorFlow than the one it would download. Nothing is written to node_modules. What
 * was built for the same sources and the same library is used again.
 * @throws BackendError naming what is missing (the package, the library, a compiler) and how to get it.
 */
export function buildAddon({ libtensorflow, out = addonFolder(), source }: BuildAddonOptions): BuiltAddon {
  if (process.platform !== 'linux') {
    throw new BackendError('addons are built on Linux only', {
      received: process.platform,
      fix: 'build the addon of @tensorflow/tfjs-node by its own instructions and give its path as addon',
    });
  }
  const library = findTensorFlow(libtensorflow);
  const sources = sourceFiles(source ?? findPackage());
  const folder = join(resolve(out), hashOf(sources, library));
  const addon = join(folder, FILE);
  const cached = existsSync(addon);
  if (!cached) {
    mkdirSync(folder, { recursive: true });
    compile(sources, library, addon);
  }
  return { addon, version: versionOf(addon), cached };
}

/** The addon built last into `folder`, if any. */
export function lastBuilt(folder: string = addonFolder()): string | null {
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).map((name) => join(folder, name, FILE));
  const built = files.filter((file) => existsSync(file)).map((file) => ({ file, at: statSync(file).mtimeMs }));
  return built.sort((a, b) => b.at - a.at)[0]?.file ?? null;
}

function findPackage(): string {
  for (const base of [import.meta.url, join(process.cwd(), 'package.json')]) {
    for (const name of PACKAGES) {
      try {
        return dirname(createRequire(base).resolve(`${name}/package.json`));
      } catch {
        // The next one.
      }
    }
  }
  throw new BackendError('the sources of the addon are missing', {
    expected: 'the package @tensorflow/tfjs-node, whose own download is not needed',
    fix: 'npm install --ignore-scripts @tensorflow/tfjs-node@^4.22.0',
  });
}

function sourceFiles(folder: string): readonly string[] {
  const binding = join(folder, 'binding');
  const files = existsSync(binding) ? readdirSync(binding).map((name) => join(binding, name)) : [];
  if (files.some((file) => file.endsWith('.cc'))) return files.sort();
  throw new BackendError('the package @tensorflow/tfjs-node has no sources', {
    path: 'source',
    received: folder,
    expected: 'a folder with binding/*.cc',
  });
}

function hashOf(sources: readonly string[], { folder, libraries }: TensorFlowLibrary): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${NODE_API} ${folder}`);
  for (const file of sources) hash.update(readFileSync(file));
  for (const name of libraries) {
    const { size, mtimeMs } = statSync(join(folder, name));
    hash.update(`${name} ${size} ${mtimeMs}`);
  }
  return hash.digest('hex').slice(0, 16);
}

function compile(sources: readonly string[], { include, folder, libraries }: TensorFlowLibrary, addon: string): void {
  const compiler = process.env['CXX'] ?? 'c++';
  const nodeHeaders = join(dirname(createRequire(import.meta.url).resolve('node-api-headers')), 'include');
  // Under another name until it is whole: two processes may build at once.
  const unfinished = `${addon}.${process.pid}`;
  const words = [
    ...['-shared', '-fPIC', '-pthread', '-O2', '-std=c++17', `-DNAPI_VERSION=${NODE_API}`],
    ...[`-I${include}`, `-I${nodeHeaders}`, ...sources.filter((file) => file.endsWith('.cc'))],
    ...libraries.map((name) => join(folder, name)),
    ...[`-Wl,-rpath,${folder}`, '-o', unfinished],
  ];
  const { status, error, stderr } = spawnSync(compiler, words, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new BackendError('there is no C++ compiler', {
      received: `${compiler}: ${error.message}`,
      expected: 'g++ 9 or later, or clang++, on PATH or named by the environment variable CXX',
      fix: 'on Debian and Ubuntu: apt-get install g++',
      cause: error,
    });
  }
  if (status === 0) {
    renameSync(unfinished, addon);
    return;
  }
  rmSync(unfinished, { force: true });
  throw new BackendError('the addon did not compile', {
    received: stderr.trim().split('\n').slice(-12).join('\n    '),
    expected: 'a compiler and a TensorFlow that know C++17, and headers that belong to the library',
  });
}

/** Loads the addon in a process of its own, so that a library that does not load cannot take this one down. */
function versionOf(addon: string): string {
  const script = `process.stdout.write(require(${JSON.stringify(addon)}).TF_Version)`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env });
  if (status === 0) return stdout;
  rmSync(addon, { force: true });
  throw new BackendError('the addon was built but does not load', {
    received: stderr.trim().split('\n').slice(0, 8).join('\n    '),
    fix: 'check that the libraries that TensorFlow needs are installed: ldd shows which are not found',
  });
}
