import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { splitValidation } from '../config/split-validation.ts';
import { loadData } from '../datasets/load-data.ts';
import type { Io } from '../io.ts';
import { expectLabels } from './expect-labels.ts';
import { nameOutputs } from './name-outputs.ts';

/** The data of a config as training takes them: fetched, with what validation holds out, and with labels that the network can name. */
export async function preparedData(config: LoadedConfig, quiet: boolean, io: Io): Promise<LoadedData> {
  const { validation, seed } = config;
  const found = await loadData(config, quiet, io);
  const isSplit = validation === null || found.isSplit === true;
  const data = isSplit ? found : { ...found, ...splitValidation(found.train, validation, seed) };
  expectLabels(config, data);
  return nameOutputs(config, data);
}
