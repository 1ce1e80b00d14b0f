/**
 * How a picture file becomes one sample of a network: everything that was done to the training pictures, so that a program that opens pictures can do
 * the same again. A plain value, kept in exported models and in the records of runs.
 */
export interface ImagePreprocessing {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for RGB. */
  readonly channels: 1 | 3;
  /**
   * `'contain'` (the default) keeps the proportions and pads with the colour of the border, `'fill'` stretches, `'mnist'` cuts out what is drawn and puts
   * its centre of mass in the middle, as MNIST did.
   */
  readonly fit?: 'contain' | 'fill' | 'mnist';
  /** Whether dark and bright are exchanged; `'auto'`: in each picture whose border is brighter than middle grey. Default false. */
  readonly invert?: boolean | 'auto';
  /** Element type in front of `transforms`. Default: that of the network's input. */
  readonly dtype?: 'uint8' | 'float32';
  /** The numbers for black and white; `'unknown'` where pixels cannot be told from the samples. Default 0 and 255 for bytes, 0 and 1 for floats. */
  readonly range?: readonly [black: number, white: number] | 'unknown';
  /** What is done afterwards, in order: transforms of `@descent/datasets` that draw nothing. Default none. */
  readonly transforms?: readonly FixedTransform[];
  /** The samples came as arrays, so that the above is what their numbers look like, not what was done. Default false. */
  readonly assumed?: boolean;
}

/** A transform as plain data. */
export interface FixedTransform {
  readonly transform: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const MAX_SIDE = 65_536;
const MAX_TRANSFORMS = 100;

/** Reads what was written as JSON; undefined when it is something else, since any program may have edited the file it comes from. */
export function parseImagePreprocessing(value: unknown): ImagePreprocessing | undefined {
  if (!isRecord(value)) return undefined;
  const { width, height, channels, fit, invert, dtype, range, transforms, assumed } = value;
  const valid =
    isSide(width) &&
    isSide(height) &&
    [1, 3].includes(channels as number) &&
    [undefined, 'contain', 'fill', ...(channels === 1 ? ['mnist'] : [])].includes(fit as undefined) &&
    [undefined, true, false, 'auto'].includes(invert as undefined) &&
    [undefined, 'uint8', 'float32'].includes(dtype as undefined) &&
    (range === undefined || range === 'unknown' || isRange(range)) &&
    (transforms === undefined || isTransforms(transforms)) &&
    [undefined, true, false].includes(assumed as undefined);
  if (!valid) return undefined;
  const known = { width, height, channels, fit, invert, dtype, range, transforms, assumed };
  return Object.fromEntries(Object.entries(known).filter(([, v]) => v !== undefined)) as unknown as ImagePreprocessing;
}

function isSide(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SIDE;
}

function isRange(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] !== value[1];
}

function isTransforms(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length <= MAX_TRANSFORMS &&
    value.every((one) => isRecord(one) && typeof one['transform'] === 'string' && isRecord(one['options']))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
