type Shape = readonly number[];
type Pair = readonly [number, number];
/** The first and the last pixel of the input along one axis that an output depends on. */
type Span = readonly [first: number, last: number];

/** For each row and each column of a picture of features, what of the input it depends on. */
export interface Field {
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
}

/** Each pixel of a picture itself. */
export function pixels(height: number, width: number): Field {
  const itself = (size: number): readonly Span[] => Array.from({ length: size }, (_, i) => [i, i]);
  return { rows: itself(height), columns: itself(width) };
}

/** Height and width of the largest part of the picture that one number of the output depends on. */
export function fieldSize({ rows, columns }: Field): Pair {
  const widest = (spans: readonly Span[]): number => Math.max(...spans.map(([first, last]) => last - first + 1));
  return [widest(rows), widest(columns)];
}

/**
 * What the outputs of a layer depend on, from what its inputs depend on: windows join the spans that they cover. `null` where the layer gives no
 * picture, or joins its axes in another way. `output` is a shape `[channels, height, width]`.
 */
export function fieldAfter(call: unknown, field: Field, output: Shape): Field | null {
  return output.length === 3 ? through(call, field) : null;
}

function through(call: unknown, field: Field): Field | null {
  const [name, ...args]: readonly unknown[] = Array.isArray(call) ? call : [call];
  switch (name) {
    case 'sequential':
      return args.reduce<Field | null>((now, layer) => (now === null ? null : through(layer, now)), field);
    case 'residual':
      return throughResidual(args, field);
    case 'softmax':
    case 'logSoftmax':
      return throughAxis(field, (args[0] as { readonly axis?: number } | undefined)?.axis ?? -1);
    case 'relu':
    case 'sigmoid':
    case 'tanh':
    case 'gelu':
    case 'silu':
    case 'mish':
    case 'leakyRelu':
    case 'prelu':
    case 'elu':
    case 'selu':
    case 'celu':
    case 'relu6':
    case 'hardtanh':
    case 'hardsigmoid':
    case 'hardswish':
    case 'softplus':
    case 'softsign':
    case 'logSigmoid':
    case 'dropout':
    case 'dropout2d':
    case 'alphaDropout':
    case 'identity':
    case 'rescale':
    case 'normalize':
    case 'batchNorm2d':
      return field;
    default: {
      const rows = tapsOf(name, args, 0, field.rows.length);
      const columns = tapsOf(name, args, 1, field.columns.length);
      return rows === null || columns === null
        ? null
        : { rows: joined(field.rows, rows), columns: joined(field.columns, columns) };
    }
  }
}

/** For each row or column of an output, those of the input that it is made of. */
type Taps = readonly (readonly number[])[];

/** What each output sees of the original picture. One that sees padding alone depends on nothing. */
function joined(spans: readonly Span[], taps: Taps): readonly Span[] {
  return taps.map((at) => {
    const covered = at.map((i) => spans[i]).filter((one) => one !== undefined);
    return covered.length === 0 ? [0, -1] : covered.reduce(join);
  });
}

/** The axis counts the batch: 1 channels, 2 rows, 3 columns. */
function throughAxis({ rows, columns }: Field, axis: number): Field {
  const at = axis < 0 ? axis + 4 : axis;
  return { rows: at === 2 ? all(rows, rows.length) : rows, columns: at === 3 ? all(columns, columns.length) : columns };
}

function throughResidual(args: readonly unknown[], field: Field): Field | null {
  const [inner, options] = args as readonly [unknown, { readonly shortcut?: unknown } | undefined];
  const main = through(inner, field);
  const shortcut = options?.shortcut === undefined ? field : through(options.shortcut, field);
  if (main === null || shortcut === null) return null;
  const both = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
    a.map((span, i) => join(span, b[i] ?? span));
  return { rows: both(main.rows, shortcut.rows), columns: both(main.columns, shortcut.columns) };
}

/** How a layer moves along rows (axis 0) or columns (1) of which there are `size`; `null` for a layer that is not known here. */
function tapsOf(name: unknown, args: readonly unknown[], axis: 0 | 1, size: number): Taps | null {
  switch (name) {
    case 'conv2d':
      return windowTaps(args[2], optionsOf(args[3]), 1, axis, size);
    case 'maxPool2d':
    case 'avgPool2d':
      return windowTaps(args[0], optionsOf(args[1]), args[0], axis, size);
    case 'adaptiveAvgPool2d':
    case 'adaptiveMaxPool2d':
      return adaptiveTaps(size, pair(args[0])[axis]);
    case 'pad':
      return padTaps(args[0], optionsOf(args[1])['mode'], axis, size);
    case 'upsample':
      return upsampleTaps(optionsOf(args[0]), axis, size);
    case 'pixelShuffle':
      return counted(size * (args[0] as number), (o) => [Math.floor(o / (args[0] as number))]);
    case 'pixelUnshuffle':
      return counted(size / (args[0] as number), (o) => counted(args[0] as number, (t) => o * (args[0] as number) + t));
    case 'convTranspose2d':
      return transposedTaps(args[2], optionsOf(args[3]), axis, size);
    case 'linear':
      // Along the last axis, the width: each output sees whole rows.
      return axis === 0 ? counted(size, (i) => [i]) : counted(args[1] as number, () => counted(size, (i) => i));
    default:
      return null;
  }
}

function counted<T>(length: number, make: (i: number) => T): readonly T[] {
  return Array.from({ length }, (_, i) => make(i));
}

type Options = Readonly<Record<string, unknown>>;

function optionsOf(value: unknown): Options {
  return (typeof value === 'object' && value !== null ? value : {}) as Options;
}

function windowTaps(kernel: unknown, options: Options, stride: unknown, axis: 0 | 1, size: number): Taps {
  const [k, s, d] = [pair(kernel)[axis], pair(options['stride'] ?? stride)[axis], pair(options['dilation'] ?? 1)[axis]];
  const reach = d * (k - 1) + 1;
  const [before, after] = padsOf(options['padding'] ?? 0, axis, { size, s, reach });
  const isCeil = options['ceilMode'] === true;
  const most = Math.floor((size + before + after - reach + (isCeil ? s - 1 : 0)) / s) + 1;
  // A window that would begin behind the last pixel is none.
  const length = isCeil && (most - 1) * s >= size + before ? most - 1 : most;
  return counted(length, (o) => counted(k, (t) => o * s - before + t * d));
}

function padTaps(padding: unknown, mode: unknown, axis: 0 | 1, size: number): Taps {
  const [before, after] = padsOf(padding, axis, { size, s: 1, reach: 1 });
  return counted(before + size + after, (o) => {
    const i = o - before;
    if (i >= 0 && i < size) return [i];
    if (mode === 'reflect') return [i < 0 ? -i : 2 * (size - 1) - i];
    if (mode === 'replicate') return [i < 0 ? 0 : size - 1];
    return mode === 'circular' ? [(i + size) % size] : [];
  });
}

/** The nearest pixel of each place, or those on both sides of it. */
function upsampleTaps(options: Options, axis: 0 | 1, size: number): Taps {
  const wanted = options['size'] as unknown;
  const factor = pair(options['scaleFactor'] ?? 2)[axis];
  const count = wanted === undefined ? Math.floor(size * factor) : pair(wanted)[axis];
  const step = wanted === undefined ? 1 / factor : size / count;
  return counted(count, (o) => {
    if ((options['mode'] ?? 'nearest') === 'nearest')
      return [Math.min(size - 1, Math.floor(Math.fround(o * Math.fround(step))))];
    const corners = count > 1 ? (o * (size - 1)) / (count - 1) : 0;
    const place = options['alignCorners'] === true ? corners : Math.max(0, (o + 0.5) * step - 0.5);
    const low = Math.min(size - 1, Math.floor(place));
    return place > low ? [low, Math.min(size - 1, low + 1)] : [low];
  });
}

/** Windows that share an axis, so that there are `count` of them. */
function adaptiveTaps(size: number, count: number): Taps {
  return counted(count, (o) => {
    const start = Math.floor((o * size) / count);
    return counted(Math.ceil(((o + 1) * size) / count) - start, (t) => start + t);
  });
}

/** A convolution backwards: each input goes to the outputs that it would have been made of. */
function transposedTaps(kernel: unknown, options: Options, axis: 0 | 1, size: number): Taps {
  const [k, s, d, extra] = [
    pair(kernel)[axis],
    pair(options['stride'] ?? 1)[axis],
    pair(options['dilation'] ?? 1)[axis],
    pair(options['outputPadding'] ?? 0)[axis],
  ];
  const [before, after] = padsOf(options['padding'] ?? 0, axis, { size, s, reach: d * (k - 1) + 1 });
  const length = (size - 1) * s - before - after + d * (k - 1) + extra + 1;
  return counted(length, (o) =>
    counted(k, (t) => (o + before - t * d) / s).filter((i) => Number.isInteger(i) && i >= 0 && i < size),
  );
}

interface Window {
  readonly size: number;
  readonly s: number;
  readonly reach: number;
}

/** Zeros in front and behind, as core has them: with `'same'` the odd one goes to the end. */
function padsOf(padding: unknown, axis: 0 | 1, { size, s, reach }: Window): Pair {
  if (padding === 'valid') return [0, 0];
  if (padding === 'same') {
    const total = Math.max(0, (Math.ceil(size / s) - 1) * s + reach - size);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  if (typeof padding === 'number') return [padding, padding];
  const pads = padding as readonly number[];
  return [pads[axis] as number, pads[axis + 2] ?? (pads[axis] as number)];
}

function pair(value: unknown): Pair {
  return Array.isArray(value) ? (value as unknown as Pair) : [value as number, value as number];
}

function join([a, b]: Span, [c, d]: Span): Span {
  if (b < a) return [c, d];
  return d < c ? [a, b] : [Math.min(a, c), Math.max(b, d)];
}

function all(spans: readonly Span[], length: number): readonly Span[] {
  const whole = spans.reduce(join);
  return Array.from({ length }, () => whole);
}
