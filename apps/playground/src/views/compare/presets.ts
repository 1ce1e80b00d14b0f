import type { ComparedRun } from '../../state/comparison.ts';
import type { Call, EngineName, Experiment } from '../../state/experiment.ts';

/** The learning rates of the course notes, in the order in which they were tried. */
export const NOTES_RATES = [0.01, 0.1, 0.2, 0.15, 0.165] as const;

export type PresetName = 'rates' | 'structures' | 'optimizers' | 'engines';
export const PRESETS: readonly PresetName[] = ['rates', 'structures', 'optimizers', 'engines'];

/** The runs of a comparison that differ from an experiment in one thing; `null` where the experiment has not what differs. */
export function presetRuns(name: PresetName, experiment: Experiment): readonly ComparedRun[] | null {
  const run = (label: string, change: Partial<Experiment>): ComparedRun => ({
    name: label,
    experiment: { ...experiment, ...change },
    seeds: 1,
  });
  switch (name) {
    case 'rates':
      return NOTES_RATES.map((lr) => run(`lr ${lr}`, { optimizer: ['sgd', { ...sgdOptions(experiment), lr }] }));
    case 'structures':
      return structuresFor(experiment)?.map(([label, model]) => run(label, { model })) ?? null;
    case 'optimizers':
      return OPTIMIZERS.map(([label, optimizer]) => run(label, { optimizer }));
    case 'engines':
      return ENGINES.map((backend) => run(backend, { backend }));
  }
}

const OPTIMIZERS: readonly (readonly [string, Call])[] = [
  ['sgd, lr 0.1', ['sgd', { lr: 0.1 }]],
  ['momentum 0.9, lr 0.05', ['sgd', { lr: 0.05, momentum: 0.9 }]],
  ['adam, lr 0.001', ['adam', { lr: 0.001 }]],
];

/** Both compute on the processor, so that every browser has them. */
const ENGINES: readonly EngineName[] = ['onnx:wasm', 'tfjs:wasm'];

/** Pixels are bytes. */
const PIXELS: Call = ['rescale', 1 / 255];

/** The two networks of the notes for digits. */
export const WIDE: readonly Call[] = [PIXELS, 'flatten', ['linear', 784, 256], 'relu', ['linear', 256, 10]];
export const DEEP: readonly Call[] = [
  PIXELS,
  'flatten',
  ['linear', 784, 32],
  'relu',
  ['linear', 32, 16],
  'relu',
  ['linear', 16, 10],
];
const LENET: readonly Call[] = [
  PIXELS,
  ['conv2d', 1, 6, 5],
  'relu',
  ['maxPool2d', 2],
  ['conv2d', 6, 16, 5],
  'relu',
  ['maxPool2d', 2],
  'flatten',
  ['linear', 256, 120],
  'relu',
  ['linear', 120, 84],
  'relu',
  ['linear', 84, 10],
];

/** Structures for the data of an experiment: those of the notes for digits, else some between the same inputs and outputs. */
function structuresFor({ model, data }: Experiment): readonly (readonly [string, readonly Call[]])[] | null {
  if ('name' in data && data.name === 'mnist-sample')
    return [
      ['784-256-10', WIDE],
      ['784-32-16-10', DEEP],
      ['LeNet', LENET],
    ];
  const first = model.find(isLinear);
  const last = model.findLast(isLinear);
  if (first === undefined || last === undefined) return null;
  const before = model.slice(0, model.indexOf(first));
  return [[], [8], [32, 16]].map((hidden) => {
    const sizes = [first[1], ...hidden, last[2]];
    const layers = sizes.slice(1).flatMap((size, i): Call[] => {
      const linear: Call = ['linear', sizes[i], size];
      return i === 0 ? [linear] : ['relu', linear];
    });
    return [sizes.join('-'), [...before, ...layers]] as const;
  });
}

type Linear = readonly ['linear', number, number];

function isLinear(call: Call): call is Linear {
  return Array.isArray(call) && call[0] === 'linear' && typeof call[1] === 'number' && typeof call[2] === 'number';
}

/** Options of the experiment's own SGD, such as momentum; none of another optimizer, whose rates mean something else. */
function sgdOptions({ optimizer }: Experiment): Readonly<Record<string, unknown>> {
  const [name, options] = typeof optimizer === 'string' ? [optimizer] : optimizer;
  return name === 'sgd' && typeof options === 'object' && options !== null ? { ...options } : {};
}
