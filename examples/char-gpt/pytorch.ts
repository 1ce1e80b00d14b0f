import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors, type NDArray, type Parameters } from '@descent/core';
import { runPython } from '../lib/python.ts';
import type { GptSizes } from './model.ts';

export interface Recipe {
  readonly sizes: GptSizes;
  readonly batchSize: number;
  readonly lr: number;
}

/** The losses of the same steps in PyTorch, from the same weights; `null` where no Python has it. */
export function lossesInPyTorch(
  folder: string,
  recipe: Recipe,
  initial: Parameters,
  batches: readonly { readonly x: NDArray; readonly y: NDArray }[],
): readonly number[] | null {
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify({ ...recipe, steps: batches.length }));
  writeFileSync(join(folder, 'initial.safetensors'), encodeSafetensors(initial));
  const tokens = batches.flatMap(({ x, y }) =>
    [x, y].map(({ data }) => Buffer.from(new Uint8Array(Int32Array.from(data).buffer))),
  );
  writeFileSync(join(folder, 'batches.bin'), Buffer.concat(tokens));
  const printed = runPython('char-gpt/pytorch.py', { args: [folder] });
  return printed === null ? null : (JSON.parse(printed) as number[]);
}
