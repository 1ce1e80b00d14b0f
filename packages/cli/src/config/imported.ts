import { realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { type AnyLayer, type Layer, replace, select } from '@descent/core';
import { mistakeAt, UsageError } from '../errors.ts';
import { importNetwork } from '../onnx.ts';
import { buildLayer } from './calls.ts';
import type { Call, DescentConfig, ImportedNetwork } from './define-config.ts';
import { isImported } from './is-imported.ts';

/**
 * The network of a config whose ONNX files, which lie in the folder of `file`, have been read.
 * @throws UsageError for a file outside of this folder and a layer to replace that is not there, BackendError for a file that cannot be imported.
 */
export async function readImported(
  model: DescentConfig['model'],
  file: string,
): Promise<AnyLayer | readonly (Layer | Call)[]> {
  const read = async (given: ImportedNetwork, path: string): Promise<Layer> => {
    const source = await placeOf(given.importOnnx, dirname(file), path);
    try {
      const network = await importNetwork(source, given);
      return Object.entries(given.replace ?? {}).reduce((net, [name, call]) => {
        const match = new RegExp(`^${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
        select(net, { match });
        return replace(net, { match }, buildLayer(call, `${path} › replace › ${name}`));
      }, network);
    } catch (error) {
      throw mistakeAt(path, error);
    }
  };
  if (isImported(model)) return read(model, 'model');
  if (!Array.isArray(model)) return model as AnyLayer;
  return Promise.all(model.map((one: unknown, i) => (isImported(one) ? read(one, `model.${i}`) : (one as Layer))));
}

/** A config that comes from somewhere else reads nothing but what came with it. */
async function placeOf(name: string, folder: string, path: string): Promise<string> {
  const place = resolve(folder, name);
  const [inside, root] = await Promise.all([place, folder].map((p) => realpath(p).catch(() => p)));
  if (inside?.startsWith(`${root}${root?.endsWith(sep) ? '' : sep}`)) return place;
  throw new UsageError('a config imports networks of its own folder only', {
    path,
    received: name,
    expected: `a file in ${folder}`,
    fix: 'copy the file beside the config',
  });
}
