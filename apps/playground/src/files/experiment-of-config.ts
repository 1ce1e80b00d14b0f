import { DescentError } from '@descent/core';
import { ENGINES, type EngineName, type Experiment, TOY_SETS } from '../state/experiment.ts';

/** What a config says that the page can do, and the names of its keys that the page has no use for. */
export interface ReadConfig {
  readonly experiment: Experiment;
  readonly unused: readonly string[];
}

const USED: readonly string[] = [
  ...['model', 'data', 'loss', 'optimizer', 'batchSize', 'epochs', 'seed', 'validation', 'backend'],
];

/**
 * Reads a config of the `descent` command in JSON as an experiment of the page. Keys that the page has no use for are named, not followed.
 * @throws UsageError where it is no valid config, DescentError where its data are none that a page has.
 */
export async function experimentOfConfig(text: string, name: string): Promise<ReadConfig> {
  const { parseConfig } = await import('@descent/cli/config');
  const config = parseConfig(text, name);
  const { model, data, loss, optimizer, batchSize = 64, epochs = 10, seed = 0, validation, backend } = config;
  expectData(data, name);
  const wanted = typeof backend === 'object' ? backend.training : backend;
  return {
    // From JSON it can be nothing else than what an experiment holds, but for the data, which were looked at.
    experiment: {
      ...{ model, data: typeof data === 'string' ? { name: data } : data, optimizer, batchSize, epochs, seed },
      ...(loss !== undefined && { loss }),
      ...(validation !== undefined && { validation }),
      backend: ENGINES.find((engine) => engine === wanted) ?? ('onnx:wasm' satisfies EngineName),
    } as unknown as Experiment,
    unused: Object.keys(config).filter((key) => !USED.includes(key)),
  };
}

function expectData(data: unknown, path: string): void {
  const names: readonly string[] = ['mnist-sample', ...TOY_SETS];
  const name = typeof data === 'string' ? data : isObject(data) ? data['name'] : undefined;
  if (typeof name === 'string' && names.includes(name)) return;
  if (isObject(data) && (typeof data['csv'] === 'string' || typeof data['images'] === 'string')) return;
  throw new DescentError('the data of this config are none that a page has', {
    path: `${path}: data`,
    received: JSON.stringify(data),
    expected: `${names.join(', ')}, or a table or pictures of your own`,
    fix: 'train it with the descent command; its model.onnx can be used here',
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
