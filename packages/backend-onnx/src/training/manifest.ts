import type { ImagePreprocessing } from '@descent/core';
import type { StepGraph, StepGraphs, StepRate } from '@descent/core/programs';
import type { ManifestFile, PortNote } from './file-ports.ts';
import { NEXT, rateInput, SEED, STEP } from './lower-step.ts';

/** What the files are called. */
export const FILES = {
  trainStep: 'train_step.onnx',
  evaluate: 'evaluate.onnx',
  predict: 'predict.onnx',
  state: 'state.safetensors',
  manifest: 'manifest.json',
} as const;

/** Changes when a reader of an older one would go wrong. */
export const FORMAT = 'descent-training/1';

/** What `manifest.json` holds: enough to train without Descent. */
export interface TrainingManifest {
  readonly format: typeof FORMAT;
  /** What to do, in sentences. */
  readonly howTo: readonly string[];
  readonly opset: number;
  /** Samples of a training step: `train_step.onnx` takes exactly so many. */
  readonly batchSize: number;
  /** Up to which step the numbers of the optimizer are known where they never repeat. */
  readonly steps: number;
  readonly state: string;
  readonly trainStep: ManifestFile;
  readonly evaluate: ManifestFile;
  readonly predict: ManifestFile;
  /** Parameters that training changes by gradients; the others stay, or are statistics. */
  readonly trained: readonly string[];
  readonly optimizer: string;
  readonly loss: string;
  /** What targets must be; `ok` is false for others. */
  readonly targets: readonly object[];
  readonly labels?: readonly string[];
  readonly preprocessing?: ImagePreprocessing;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What to do with the files, with the names that they use. */
export function howTo(hasSeed: boolean, hasDraws: boolean): readonly string[] {
  return [
    `Read ${FILES.state}: its tensors are the state, under the names of inputs. Open ${FILES.trainStep} with ONNX Runtime.`,
    `At each step feed the inputs of ${FILES.trainStep}: the state, the samples and targets of one batch, '${STEP}' (1, 2, 3, …) and the learning rates, whose 'value' is a start and may change from step to step.`,
    ...(hasSeed
      ? [`Feed '${SEED}', the same number at all steps: random numbers follow from it and the step alone.`]
      : []),
    ...(hasDraws
      ? ["Fill inputs whose role is 'random numbers' with new numbers of that distribution at each step."]
      : []),
    `If 'ok' is true, every output that begins with '${NEXT}' is the state of that name for the next step; what has no such output stays as it is. If 'ok' is false, keep the old state: a target is not what the loss takes (then 'loss' is NaN), or what would be written is not finite.`,
    `${FILES.evaluate} takes the state and any number of samples with their targets, and gives the loss and the metrics, which are means over the batch. Where there is an output 'weights/loss', it is what the mean is over; else it is the number of samples.`,
    `${FILES.predict} takes the state and any number of samples.`,
    `Write the state as a safetensors file again. readTrainingState of @descent/backend-onnx makes it a state that trainer.load takes, and parameters that exportOnnx takes.`,
  ];
}

/** What is said of a port of the three files. */
export function noteOf(
  graphs: StepGraphs,
  step: StepGraph,
  hidden: { readonly seed: number },
): (name: string, isInput: boolean) => PortNote {
  const { entryOf, slotPrefix } = graphs;
  const parameter = (name: string): string | null =>
    name.startsWith(entryOf('')) ? name.slice(entryOf('').length) : null;
  return (name, isInput) => {
    if (name.startsWith(NEXT)) {
      const next = name.slice(NEXT.length);
      return { role: 'state', next, meaning: `${next} after the step` };
    }
    const of = parameter(name);
    if (of !== null) return { role: 'state', meaning: `the parameter ${of}` };
    if (name.startsWith(slotPrefix)) return { role: 'state', meaning: 'kept by the optimizer from step to step' };
    if (isInput) return inputNote(graphs.rates, step, name, hidden.seed);
    const result = step.results.find(({ output }) => output === name);
    if (name === step.ok)
      return { role: 'ok', meaning: 'whether the targets are what the loss takes and all that is written is finite' };
    if (result === undefined) return { role: 'prediction', meaning: 'what the network gives for the samples' };
    if (result.isWeight) return { role: 'weight', meaning: `what ${result.of} is the mean over` };
    return name === 'loss'
      ? { role: 'loss', meaning: 'the loss of the batch, with the parameters from before the step' }
      : { role: 'metric', meaning: `the metric ${result.of} of the batch, with the parameters from before the step` };
  };
}

function inputNote(rates: readonly StepRate[], step: StepGraph, name: string, seed: number): PortNote {
  const rate = rates.find((one) => rateInput(one) === name);
  const draw = step.draws.find((one) => one.name === name);
  if (name === STEP) return { role: 'step', meaning: 'the number of the step: 1 for the first' };
  if (name === SEED)
    return { role: 'seed', value: seed, meaning: 'random numbers follow from it; the same at all steps' };
  if (rate !== undefined)
    return {
      role: 'learning rate',
      value: rate.at(1),
      meaning:
        rate.kind === 'callbacks'
          ? 'the learning rate; in Descent it follows from results of epochs, and starts like this'
          : 'the learning rate',
    };
  if (draw !== undefined)
    return { role: 'random numbers', distribution: draw.distribution, meaning: 'new random numbers at each step' };
  return name === 'y' || name.startsWith('y/')
    ? { role: 'targets', meaning: 'the targets of the samples' }
    : { role: 'samples', meaning: 'the samples of a batch' };
}
