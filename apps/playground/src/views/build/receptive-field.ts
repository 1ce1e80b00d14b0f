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
 * picture, or joins its axes in another way. `input` and `output` are shapes `[channels, height, width]`.
 */
export function fieldAfter(call: unknown, field: Field, output: Shape): Field | null {
  if (output.length !== 3) return null;
  const [name, ...args]: readonly unknown[] = Array.isArray(call) ? call : [call];
  switch (name) {
    case 'conv2d':
      return windows(field, args[2], args[3], 1, output);
    case 'maxPool2d':
    case 'avgPool2d':
      return windows(field, args[0], args[1], args[0], output);
    case 'sequential':
      return throughAll(args, field, output);
    case 'residual':
      return throughResidual(args, field, output);
    case 'linear':
      // Along the last axis, the width: each output sees whole rows.
      return { rows: field.rows, columns: all(field.columns, output[2] as number) };
    case 'softmax':
    case 'logSoftmax':
      return throughAxis(field, (args[0] as { readonly axis?: number } | undefined)?.axis ?? -1);
    case 'relu':
    case 'sigmoid':
    case 'tanh':
    case 'gelu':
    case 'dropout':
    case 'rescale':
    case 'normalize':
    case 'batchNorm2d':
      return field;
    default:
      return null;
  }
}

/** The axis counts the batch: 1 channels, 2 rows, 3 columns. */
function throughAxis({ rows, columns }: Field, axis: number): Field {
  const at = axis < 0 ? axis + 4 : axis;
  return { rows: at === 2 ? all(rows, rows.length) : rows, columns: at === 3 ? all(columns, columns.length) : columns };
}

/** Layers in a block keep height and width unknown to us between them, but their windows say them. */
function throughAll(layers: readonly unknown[], field: Field, output: Shape): Field | null {
  let current: Field | null = field;
  for (const layer of layers) {
    if (current === null) return null;
    const size = sizeAfter(layer, current);
    current = size === null ? null : fieldAfter(layer, current, [output[0] as number, ...size]);
  }
  return current;
}

function throughResidual(args: readonly unknown[], field: Field, output: Shape): Field | null {
  const [inner, options] = args as readonly [unknown, { readonly shortcut?: unknown } | undefined];
  const main = fieldAfter(inner, field, output);
  const shortcut = options?.shortcut === undefined ? field : fieldAfter(options.shortcut, field, output);
  if (main === null || shortcut === null) return null;
  const joined = (a: readonly Span[], b: readonly Span[]): readonly Span[] =>
    a.map((span, i) => join(span, b[i] ?? span));
  return { rows: joined(main.rows, shortcut.rows), columns: joined(main.columns, shortcut.columns) };
}

function windows(field: Field, kernel: unknown, options: unknown, stride: unknown, output: Shape): Field {
  const given = (typeof options === 'object' && options !== null ? options : {}) as Readonly<Record<string, unknown>>;
  const along = (axis: 0 | 1): readonly Span[] => {
    const spans = axis === 0 ? field.rows : field.columns;
    const [k, s, d] = [pair(kernel)[axis], pair(given['stride'] ?? stride)[axis], pair(given['dilation'] ?? 1)[axis]];
    const before = padBefore(given['padding'] ?? 0, axis, { size: spans.length, k, s, d });
    return Array.from({ length: output[axis + 1] as number }, (_, o) => {
      const covered = Array.from({ length: k }, (_, t) => spans[o * s - before + t * d]).filter(
        (one) => one !== undefined,
      );
      // A window that lies in the padding alone depends on nothing.
      return covered.length === 0 ? [0, -1] : covered.reduce(join);
    });
  };
  return { rows: along(0), columns: along(1) };
}

interface Window {
  readonly size: number;
  readonly k: number;
  readonly s: number;
  readonly d: number;
}

/** Zeros above or to the left, as core has them: with `'same'` the odd one goes to the end. */
function padBefore(padding: unknown, axis: 0 | 1, window: Window): number {
  if (padding === 'valid') return 0;
  if (padding === 'same') return Math.floor(sameTotal(window) / 2);
  return typeof padding === 'number' ? padding : ((padding as readonly number[])[axis] as number);
}

function padTotal(padding: unknown, axis: 0 | 1, window: Window): number {
  if (padding === 'valid') return 0;
  if (padding === 'same') return sameTotal(window);
  if (typeof padding === 'number') return 2 * padding;
  const pads = padding as readonly number[];
  return (pads[axis] as number) + (pads[axis + 2] ?? (pads[axis] as number));
}

function sameTotal({ size, k, s, d }: Window): number {
  return Math.max(0, (Math.ceil(size / s) - 1) * s + d * (k - 1) + 1 - size);
}

/** Height and width behind a layer, for those that change them. */
function sizeAfter(call: unknown, field: Field): Pair | null {
  const [name, ...args]: readonly unknown[] = Array.isArray(call) ? call : [call];
  const size: Pair = [field.rows.length, field.columns.length];
  if (name === 'flatten' || name === 'parallel' || name === 'concat') return null;
  if (name === 'linear') return [size[0], args[1] as number];
  if (name === 'residual') return sizeAfter(args[0], field);
  if (name === 'sequential') return throughSizes(args, size);
  const isConv = name === 'conv2d';
  if (!isConv && name !== 'maxPool2d' && name !== 'avgPool2d') return size;
  const [kernel, options] = isConv ? [args[2], args[3]] : [args[0], args[1]];
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  const along = (axis: 0 | 1): number => {
    const window = {
      size: size[axis],
      k: pair(kernel)[axis],
      s: pair(given['stride'] ?? (isConv ? 1 : kernel))[axis],
      d: pair(given['dilation'] ?? 1)[axis],
    };
    const padded = window.size + padTotal(given['padding'] ?? 0, axis, window);
    return Math.floor((padded - window.d * (window.k - 1) - 1) / window.s) + 1;
  };
  return [along(0), along(1)];
}

function throughSizes(layers: readonly unknown[], size: Pair): Pair | null {
  return layers.reduce<Pair | null>(
    (now, layer) => (now === null ? null : sizeAfter(layer, pixels(now[0], now[1]))),
    size,
  );
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
