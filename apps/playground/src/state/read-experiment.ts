import type { FileData } from '@descent/cli/config';
import { DescentError } from '@descent/core';
import { DEFAULT_EXPERIMENT, ENGINES, type Experiment, type FilesData } from './experiment.ts';
import { areFiles, readData } from './read-data.ts';

/** An experiment that was read, and what was read and is not followed. */
export interface ReadExperiment {
  readonly experiment: Experiment;
  /** A backend that no page has; the experiment has the first one of the page. */
  readonly otherEngine: string | null;
  /** Keys of a config that the page has no use for. */
  readonly unused: readonly string[];
}

const USED: readonly (keyof Experiment)[] = [
  ...(['model', 'data', 'loss', 'optimizer', 'batchSize', 'epochs', 'seed', 'validation', 'backend'] as const),
];
/** A network of more layers is none that somebody built here, and would take long to draw. */
const MOST_LAYERS = 200;
/** Lists within lists; a residual block in a residual block is about 8 deep. */
const MOST_DEPTH = 24;

/**
 * Reads a config of the `descent` command as an experiment of the page. What validates loads on demand.
 * @throws DescentError that begins with `name` where it is no valid config, or one of data that no page has.
 */
export async function readExperiment(given: unknown, name: string): Promise<ReadExperiment> {
  expectSmall(given, name);
  const { validateConfig } = await import('./validation.ts');
  const isConfig = typeof given === 'object' && given !== null && !Array.isArray(given);
  const own = isConfig && 'data' in given ? given.data : undefined;
  const inFiles = isWrapped(own) ? own.files : own;
  // The page knows its own kinds of data better than the command: some of them exist here only.
  const isInFiles = areFiles(inFiles);
  const checked = validateConfig(
    own === undefined ? given : { ...(given as object), data: isInFiles ? inFiles : 'mnist-sample' },
    name,
  );
  const { model, loss, optimizer, validation, backend } = checked;
  const { batchSize, epochs, seed } = checked;
  const wanted = typeof backend === 'object' ? backend.training : backend;
  const engine = ENGINES.find((one) => one === wanted);
  return {
    experiment: {
      // From JSON they are calls: layers that are made hold functions.
      model: (Array.isArray(model) ? model : [model]) as Experiment['model'],
      data: isInFiles ? { files: checked.data as FileData } : readData(own, `${name}: data`),
      ...(loss !== undefined && { loss: loss as NonNullable<Experiment['loss']> }),
      optimizer: optimizer as Experiment['optimizer'],
      // As the command has them.
      batchSize: batchSize ?? 64,
      epochs: epochs ?? 10,
      seed: seed ?? 0,
      ...(validation !== undefined && { validation }),
      backend: engine ?? DEFAULT_EXPERIMENT.backend,
    },
    otherEngine: wanted === undefined || wanted === 'auto' || engine !== undefined ? null : wanted,
    unused: Object.keys(checked).filter((key) => !(USED as readonly string[]).includes(key)),
  };
}

/** As `readExperiment`, of the text of a config in JSON. */
export async function readExperimentText(text: string, name: string): Promise<ReadExperiment> {
  const { parseJson } = await import('./validation.ts');
  return readExperiment(parseJson(text, name), name);
}

/** Data as the page has them, which a link may hold. */
function isWrapped(data: unknown): data is FilesData {
  return typeof data === 'object' && data !== null && 'files' in data && typeof data.files === 'object';
}

function expectSmall(given: unknown, name: string): void {
  const layers = (given as { readonly model?: unknown } | null)?.model;
  if (Array.isArray(layers) && layers.length > MOST_LAYERS) {
    throw new DescentError('the network has more layers than the page shows', {
      path: `${name}: model`,
      received: `${layers.length} layers`,
      expected: `at most ${MOST_LAYERS}`,
      fix: 'train it with the descent command',
    });
  }
  // Level by level, without recursion, which great depth would end.
  let level: readonly unknown[] = [given];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) {
      throw new DescentError('the config is nested too deeply', {
        path: name,
        received: `lists within lists, more than ${MOST_DEPTH} deep`,
        expected: 'a network of layers in a list',
      });
    }
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
}
