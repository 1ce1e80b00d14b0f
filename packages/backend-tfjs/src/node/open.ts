import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Backend, BackendError } from '@descent/core/backend';
import { buildAddon, lastBuilt } from '../install/build-addon.ts';
import type { Binding } from '../tf-graph/binding.ts';
import { tensorFlowBackend } from '../tf-graph/runner.ts';
import { expectGpu } from './gpu.ts';

/** The engines that run TensorFlow's own library. */
export type NodeEngineName = 'node' | 'node-gpu';

export interface NodeOptions {
  /** tfjs-node's native addon. Default: the one that was built last by `buildAddon`, else the one that the package has downloaded. */
  readonly addon?: string;
  /** Builds the addon first, unless it is there: a folder with TensorFlow's C library, `'python'`, or the path of a Python. */
  readonly libtensorflow?: string;
}

/** What opening an engine does to the machine; replaced in tests. */
export interface AddonLoader {
  require(file: string): Binding;
  /** The addon inside an installed package, whether it has been downloaded or not; null when there is no such package. */
  packaged(name: string): string | null;
  lastBuilt(): string | null;
  build(libtensorflow: string): string;
}

const LOADER: AddonLoader = {
  require: (file) => createRequire(import.meta.url)(file) as Binding,
  packaged(name) {
    for (const base of [import.meta.url, join(process.cwd(), 'package.json')]) {
      try {
        const folder = dirname(createRequire(base).resolve(`${name}/package.json`));
        return join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
      } catch {
        // The next one.
      }
    }
    return null;
  },
  lastBuilt,
  build: (libtensorflow) => buildAddon({ libtensorflow }).addon,
};

/**
 * Opens TensorFlow through tfjs-node's addon. Its JavaScript is not loaded, so this runs on every version of Node.
 * @throws BackendError naming what is missing: the package, its addon, libtensorflow or a GPU, and the command that helps.
 */
export async function openNode(
  engine: NodeEngineName,
  options: NodeOptions = {},
  loader: AddonLoader = LOADER,
): Promise<Backend> {
  const name = `tfjs:${engine}`;
  const file = findAddon(engine, options, loader);
  // TensorFlow reads these when it is loaded. It reports every graph otherwise, and takes all memory of a GPU.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  const binding = load(name, file, loader);
  if (engine === 'node') return tensorFlowBackend(name, binding, 'host');
  expectGpu(binding, file);
  return tensorFlowBackend(name, binding, 'device');
}

function findAddon(engine: NodeEngineName, { addon, libtensorflow }: NodeOptions, loader: AddonLoader): string {
  if (addon !== undefined) {
    const file = resolve(addon);
    if (existsSync(file)) return file;
    throw new BackendError(`tfjs:${engine}: there is no addon`, {
      path: 'addon',
      received: file,
      fix: 'leave addon out, or build one: descent backends add tfjs-node --libtensorflow <folder | python>',
    });
  }
  if (libtensorflow !== undefined) return loader.build(libtensorflow);
  const built = loader.lastBuilt();
  if (built !== null) return built;
  const packageName = `@tensorflow/tfjs-${engine}`;
  const packaged = loader.packaged(packageName);
  if (packaged !== null && existsSync(packaged)) return packaged;
  throw new BackendError(
    packaged === null ? `tfjs:${engine}: ${packageName} is not installed` : `tfjs:${engine}: its addon is missing`,
    {
      ...(packaged === null
        ? {}
        : { received: `the package is there, ${packaged} is not: its install script did not run` }),
      expected: `${packageName} with its download, or an addon built against another TensorFlow`,
      fix:
        packaged === null
          ? `npm install ${packageName}@^4.22.0, or bring your own TensorFlow: npm install --ignore-scripts ${packageName}@^4.22.0 && descent backends add tfjs-node --libtensorflow python`
          : `npm rebuild ${packageName} runs it (pnpm and yarn ask for leave first: pnpm approve-builds; npm config get ignore-scripts must say false), or build it for a TensorFlow that is there: descent backends add tfjs-node --libtensorflow python`,
    },
  );
}

function load(name: string, file: string, loader: AddonLoader): Binding {
  try {
    return loader.require(file);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const library = /(\S*lib\S+\.so[.\d]*): cannot open shared object/.exec(message)?.[1];
    throw new BackendError(
      library === undefined ? `${name}: its addon does not load` : `${name}: ${library} is missing`,
      {
        received: message.split('\n')[0],
        fix: 'build the addon again, for the TensorFlow that is there: descent backends add tfjs-node --libtensorflow <folder | python>',
        cause,
      },
    );
  }
}
