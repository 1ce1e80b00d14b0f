import { forwardGraph } from '@descent/core';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';

/**
 * The data with a name for each output of the network. One that has more outputs than there are classes trains as well as any, but its ONNX file and its
 * report name all of them: those that no sample has are called by their number.
 */
export function nameOutputs({ model, loss, data: { sample } }: LoadedConfig, data: LoadedData): LoadedData {
  const { classes } = data.train;
  const outputs =
    forwardGraph(model, sample, { batch: 2 })
      .outputs.get('output')
      ?.type.shape.at(loss.classAxis ?? -1) ?? 0;
  if (loss.output !== 'logits' || classes.length === 0 || outputs <= classes.length) return data;
  const areNumbers = classes.every((name, i) => name === String(i));
  const names = Array.from({ length: outputs }, (_, i) => classes[i] ?? (areNumbers ? String(i) : `(class ${i})`));
  const named = <Set extends { readonly classes: readonly string[] } | null>(set: Set): Set =>
    set === null ? set : { ...set, classes: names };
  return { ...data, train: named(data.train), validation: named(data.validation), test: named(data.test) };
}
