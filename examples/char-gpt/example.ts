// A small GPT on the characters of Moby-Dick: trained here and in PyTorch, exported, and run with a cache of keys and values.
import { join } from 'node:path';
import { exportOnnx, loadOnnx } from '@descent/backend-onnx';
import { adamW, createTrainer, crossEntropy, type NDArray, type Parameters } from '@descent/core';
import { fold, key, uniform } from '@descent/core/random';
import { type Characters, characters, loader, mobyDick, tokenWindows } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { largest } from '../lib/largest.ts';
import { cached, drawn, type Files, recomputed } from './generate.ts';
import { cachedGpt, type GptSizes, gpt } from './model.ts';
import { lossesInPyTorch, type Recipe } from './pytorch.ts';

const LARGE = {
  blockLength: 128,
  width: 96,
  heads: 4,
  layers: 3,
  batchSize: 16,
  steps: 1500,
  compared: 50,
  text: 405_090,
};
const SMALL = { blockLength: 24, width: 32, heads: 2, layers: 2, batchSize: 4, steps: 12, compared: 12, text: 4000 };
const LR = 1e-3;
/** Steps of one line of the report. */
const LINE = 100;

export const charGpt: Example = {
  summary: 'a small GPT on the characters of Moby-Dick, exported with a cache of keys and values',
  run,
};

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const { batchSize, steps, compared, text: length, ...form } = small ? SMALL : LARGE;
  const text = (await mobyDick()).text.slice(0, length);
  const vocabulary = characters(text);
  const tokens = vocabulary.encode(text);
  const cut = Math.floor(0.9 * tokens.length);
  const [train, validation] = [tokens.subarray(0, cut), tokens.subarray(cut)].map((part) =>
    tokenWindows(part, { blockLength: form.blockLength }),
  ) as [ReturnType<typeof tokenWindows>, ReturnType<typeof tokenWindows>];
  const sizes: GptSizes = { tokens: vocabulary.size, ...form };
  const recipe: Recipe = { sizes, batchSize, lr: LR };
  const trainer = await createTrainer({
    model: gpt(sizes),
    loss: crossEntropy(),
    optimizer: adamW({ lr: LR }),
    backend,
    seed,
  });
  try {
    const initial = await trainer.parameters();
    const batches = loader(train, { batchSize, shuffle: true, seed, dropLast: true });
    const curve: number[] = [];
    const first: { readonly x: NDArray; readonly y: NDArray }[] = [];
    while (curve.length < steps) {
      for (const { x, y } of batches) {
        if (first.length < compared) first.push({ x, y });
        curve.push((await trainer.step(x, y)).loss);
        if (curve.length % LINE === 0) log(`step ${curve.length}, train_loss ${mean(curve.slice(-LINE)).toFixed(4)}`);
        if (curve.length === steps) break;
      }
    }
    const held = await trainer.evaluate(loader(validation, { batchSize }).epoch(0));
    const parameters = await trainer.parameters();
    return {
      curve,
      numbers: {
        loss: mean(curve.slice(-LINE)),
        validation_loss: held.loss,
        ...againstPyTorch(lossesInPyTorch(out, recipe, initial, first), curve, log),
        ...(await generate(recipe, parameters, vocabulary, { seed, out, log })),
      },
    };
  } finally {
    trainer.dispose();
  }
}

/** The largest difference between the losses of the first steps, which are shown side by side. */
function againstPyTorch(
  losses: readonly number[] | null,
  curve: readonly number[],
  log: Run['log'],
): Readonly<Record<string, number>> {
  if (losses === null) {
    log('not compared with PyTorch: set DESCENT_PYTHON to a Python with torch and numpy');
    return {};
  }
  for (const [i, loss] of losses.entries())
    if (i % 10 === 0 || i === losses.length - 1)
      log(`step ${i + 1}, loss ${curve[i]?.toFixed(5)} here, ${loss.toFixed(5)} in PyTorch`);
  return {
    largest_difference_from_pytorch: Math.max(...losses.map((loss, i) => Math.abs(loss - (curve[i] as number)))),
  };
}

/** Exports the network, generates with and without a cache, compares both, and shows a sample. */
async function generate(
  { sizes }: Recipe,
  parameters: Parameters,
  vocabulary: Characters,
  { seed, out, log }: Pick<Run, 'seed' | 'out' | 'log'>,
): Promise<Readonly<Record<string, number>>> {
  const proofs = await exported(sizes, parameters, out);
  const [whole, prefill, step] = await Promise.all(
    // One thread: a step is too small a piece of work for several.
    ['char-gpt.onnx', 'prefill.onnx', 'step.onnx'].map((name) => loadOnnx(join(out, name), { threads: 1 })),
  );
  const files = { whole, prefill, step } as Files;
  try {
    const prompt = [...vocabulary.encode('CHAPTER ')];
    const count = sizes.blockLength - prompt.length;
    const [slow, quick] = [
      await recomputed(files, prompt, count, largest),
      await cached(files, prompt, count, largest),
    ];
    const other = slow.tokens.filter((token, i) => token !== quick.tokens[i]).length;
    const difference = Math.max(
      ...slow.logits.flatMap((row, i) =>
        Array.from(row, (logit, j) => Math.abs(logit - (quick.logits[i]?.[j] as number))),
      ),
    );
    let draws = 0;
    const random = (): number => {
      const one = new Float32Array(1);
      uniform(fold(key(seed), draws++), one);
      return one[0] as number;
    };
    const sample = await cached(files, prompt, count, drawn(0.7, random));
    log(`a sample: ${JSON.stringify(vocabulary.decode([...prompt, ...sample.tokens]))}`);
    log(
      `a token takes ${slow.milliseconds.toFixed(2)} ms recomputed, ${quick.milliseconds.toFixed(2)} ms with the cache`,
    );
    return {
      largest_difference_of_files: Math.max(...proofs),
      tokens_generated: quick.tokens.length,
      tokens_that_differ: other,
      largest_difference_of_logits: difference,
      times_faster_with_cache: slow.milliseconds / quick.milliseconds,
    };
  } finally {
    for (const file of Object.values(files)) file.dispose();
  }
}

/** Writes the three files, and gives how far each is from the network. */
async function exported(sizes: GptSizes, parameters: Parameters, out: string): Promise<readonly number[]> {
  const { blockLength, layers, heads, width } = sizes;
  const past = { shape: [layers, heads, 'past', width / heads] };
  const upTo = (max: number) => ({ min: 1, max });
  const files = [
    await exportOnnx(gpt(sizes), {
      parameters,
      sample: { shape: ['time'], dtype: 'int32' },
      axes: { time: upTo(blockLength) },
      loss: crossEntropy(),
      path: join(out, 'char-gpt.onnx'),
    }),
    await exportOnnx(cachedGpt(sizes), {
      parameters,
      sample: { tokens: { shape: ['time'], dtype: 'int32' } },
      axes: { time: upTo(blockLength) },
      path: join(out, 'prefill.onnx'),
    }),
    await exportOnnx(cachedGpt(sizes), {
      parameters,
      sample: { tokens: { shape: [1], dtype: 'int32' }, pastKey: past, pastValue: past },
      axes: { past: upTo(blockLength - 1) },
      path: join(out, 'step.onnx'),
    }),
  ];
  return files.map(({ maxAbsDifference }) => maxAbsDifference);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
