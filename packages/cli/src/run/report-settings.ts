import { learningRate, type Optimizer } from '@descent/core';
import { formatChoice } from '@descent/core/choose';
import { nameOf } from '../config/augment.ts';
import { formatInit } from '../config/init.ts';
import type { LoadedConfig } from '../config/load.ts';
import { shownName } from '../io.ts';
import { counted } from '../ui/count.ts';
import { formatSetting } from '../ui/optimizer.ts';
import type { RunRecord } from './record.ts';

type Settings = Readonly<Record<string, string | number | boolean>>;

/** Everything that a run was made with, by name, for people: nothing that decides its numbers is left out. */
export function settingsOf(
  config: LoadedConfig,
  { settings, config: { cwd } }: Pick<RunRecord, 'settings' | 'config'>,
  steps: number,
): Settings {
  const { data, backend, requestedBackend, choice, loss, metrics, init, batchSize, epochs } = settings;
  const { optimizer, validation, augmentation, earlyStopping, inference } = config;
  const augments = [...augmentation.transform, ...augmentation.batchTransform].map(nameOf);
  return {
    data: shownName(data, cwd),
    ...(validation !== null && { validation: `${Number((100 * validation).toPrecision(4))} % of the training data` }),
    ...(augments.length > 0 && { augment: augments.join(', ') }),
    loss,
    ...optimizerSettings(optimizer, steps),
    ...(metrics.length > 0 && { metrics: metrics.join(', ') }),
    ...(init !== undefined && { init: formatInit(init) }),
    batchSize,
    epochs,
    ...(earlyStopping !== null && { earlyStopping: formatSetting(earlyStopping) }),
    ...(requestedBackend !== backend && { requestedBackend }),
    ...(choice !== undefined && { whyBackend: formatChoice(choice) }),
    ...(inference !== null && inference !== backend && { inferenceBackend: inference }),
  };
}

function optimizerSettings(optimizer: Optimizer, steps: number): Settings {
  const { label, lr, settings = {}, groups = [], sharpness } = optimizer;
  return {
    optimizer: label,
    learningRate: typeof lr === 'number' ? lr : `by a schedule, ${ends(optimizer, steps)}`,
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, formatSetting(value)])),
    ...(groups.length > 0 && { parameterGroups: counted(groups.length, 'group') }),
    ...(sharpness !== undefined && { sharpness: sharpness.rho }),
  };
}

function ends(optimizer: Optimizer, steps: number): string {
  const rate = (step: number): number => Number(learningRate(optimizer, step).toPrecision(4));
  return steps < 2 ? `${rate(1)} at first` : `${rate(1)} at first, ${rate(steps)} at the end`;
}
