import { type ArgumentDescription, type CallDescription, describeCalls } from '@descent/cli/config';
import type { Call } from '../../state/experiment.ts';

const LAYERS: ReadonlyMap<string, CallDescription> = new Map(describeCalls('layer').map((one) => [one.name, one]));

/** Every layer that a config may call, in the order of core. */
export const LAYER_CALLS: readonly CallDescription[] = [...LAYERS.values()];

/** What a layer takes; `undefined` for a name that is none. */
export function layerCall(name: string): CallDescription | undefined {
  return LAYERS.get(name);
}

export function nameOf(call: Call): string {
  return typeof call === 'string' ? call : call[0];
}

function partsOf(call: Call, { args }: CallDescription): readonly [front: readonly unknown[], options: object] {
  const given = typeof call === 'string' ? [] : call.slice(1);
  const options = given[args.length];
  return [given.slice(0, args.length), typeof options === 'object' && options !== null ? options : {}];
}

/** The value of an argument or an option; `undefined` where it is left out. */
export function argumentOf(call: Call, description: CallDescription, name: string): unknown {
  const [front, options] = partsOf(call, description);
  const at = description.args.findIndex((one) => one.name === name);
  return at >= 0 ? front[at] : (options as Readonly<Record<string, unknown>>)[name];
}

/** The same call with another value of an argument or an option; `undefined` leaves it out. */
export function withArgument(call: Call, description: CallDescription, name: string, value: unknown): Call {
  const [front, options] = partsOf(call, description);
  const at = description.args.findIndex((one) => one.name === name);
  const others = Object.entries(options).filter(([key]) => key !== name);
  const nextOptions = at >= 0 ? options : Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
  const nextFront = description.args.map((one, i) => (i === at ? value : (front[i] ?? one.default)));
  return callOf(description, nextFront, nextOptions);
}

/** The shortest call of these: without arguments that may be left out at the end and are their defaults, and without an empty object of options. */
function callOf(description: CallDescription, front: readonly unknown[], options: object): Call {
  const hasOptions = Object.keys(options).length > 0;
  const isLeft = (one: ArgumentDescription | undefined, value: unknown): boolean =>
    value === undefined || (one?.isOptional === true && value === one.default);
  let length = front.length;
  while (!hasOptions && length > 0 && isLeft(description.args[length - 1], front[length - 1])) length--;
  const args = [...front.slice(0, length), ...(hasOptions ? [options] : [])];
  return args.length === 0 ? description.name : [description.name, ...args];
}

/** More columns of categories than this are not written out for a new layer. */
const MOST_COLUMNS = 16;
/** What a new argument begins with, by its kind. */
const FIRST: Readonly<Record<string, unknown>> = {
  count: 1,
  size: 3,
  number: 1,
  numbers: 0.5,
  share: 0.5,
  layer: 'relu',
  layers: { a: 'relu', b: 'tanh' },
};
/** Where the kind alone says too little: the argument of a layer, or of any. */
const FIRST_OF: Readonly<Record<string, unknown>> = {
  numEmbeddings: 1000,
  embeddingDim: 16,
  'rescale.scale': 1 / 255,
  'maxPool2d.kernelSize': 2,
  'avgPool2d.kernelSize': 2,
  'linear.outFeatures': 64,
  'unflatten.dim': 1,
  'tie.tied': { '1.weight': '0.weight' },
  'unflatten.sizes': [1, -1],
  'reshape.shape': [-1],
  'pad.padding': 1,
  hiddenSize: 64,
  outChannels: 8,
  kernelSize: 3,
};

/** A new layer behind something of this shape: it takes what arrives, as far as its arguments say what it takes. */
export function newLayer(description: CallDescription, arriving: readonly number[] | null): Call {
  const width = arriving?.at(-1);
  const same = width === undefined ? undefined : ['linear', width, width];
  const taken: Readonly<Record<string, unknown>> = {
    inFeatures: width,
    inChannels: arriving?.[0],
    channels: arriving?.[0],
    embedDim: width,
    dModel: width,
    dim: width,
    maxLength: arriving?.at(-2),
    layer: width === undefined ? undefined : ['transformerEncoderLayer', width, 1],
    'weightNorm.layer': same,
    'spectralNorm.layer': same,
    'quantizeAware.model': same,
    'tie.model': same && ['sequential', same, same],
    normalizedShape: width,
    // The axes as they are, the batch in front.
    dims: [0, ...(arriving ?? [0]).map((_, i) => i + 1)],
    inputSize: width,
    columns: Array.from({ length: Math.min(Number(width) || 1, MOST_COLUMNS) }, () => ({ size: 10, dim: 4 })),
  };
  const values = description.args.map(
    ({ name, kind, default: plain }) =>
      FIRST_OF[`${description.name}.${name}`] ??
      taken[`${description.name}.${name}`] ??
      taken[name] ??
      FIRST_OF[name] ??
      plain ??
      FIRST[kind],
  );
  return callOf(description, values, {});
}
