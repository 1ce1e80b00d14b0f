import type { Call } from '../../state/experiment.ts';

type Shape = readonly number[];

/** A network of the course notes, made for samples of a shape. */
export interface Preset {
  /** As the notes write it, with the sizes of this sample: `784-256-10`. */
  readonly name: string;
  readonly kind: 'bag' | 'gru' | 'mlp' | 'lenet' | 'convolution' | 'max' | 'mean' | 'same';
  readonly model: readonly Call[];
}

/**
 * The networks that suit samples of this shape and so many classes (1 for a number to predict). Pixels are bytes; numbers are floats; texts are whole numbers, of
 * which there are `tokens`.
 */
export function presetsFor(shape: Shape, outputs: number, tokens?: number): readonly Preset[] {
  if (tokens !== undefined) return textNetworks(tokens, outputs);
  const [channels = 1, height = 0, width = 0] = shape;
  const mlps = shape.length === 3 ? [[256], [32, 16]] : shape[0] === 2 ? [[], [8, 8], [32, 32]] : [[], [32], [64, 32]];
  const flat = mlps.map((hidden) => mlp(shape, hidden, outputs));
  if (shape.length !== 3 || Math.min(height, width) < SMALLEST) return flat;
  return [
    ...flat,
    { name: 'LeNet', kind: 'lenet', model: lenet(channels, height, width, outputs) },
    { name: 'CNN', kind: 'convolution', model: cnn(channels, height, width, outputs, { padding: 'valid' }) },
    { name: 'CNN', kind: 'same', model: cnn(channels, height, width, outputs, { padding: 'same' }) },
    { name: 'CNN', kind: 'max', model: cnn(channels, height, width, outputs, { padding: 'same', pool: 'maxPool2d' }) },
    { name: 'CNN', kind: 'mean', model: cnn(channels, height, width, outputs, { padding: 'same', pool: 'avgPool2d' }) },
  ];
}

/** The mean of what is learned of each token, and a layer that reads them in turn; 0 fills texts up. */
function textNetworks(tokens: number, outputs: number): readonly Preset[] {
  const padded = { paddingIdx: 0 };
  const bag: readonly Call[] = [
    ['embeddingBag', tokens, 16, padded],
    ['linear', 16, outputs],
  ];
  const gru: readonly Call[] = [
    ['embedding', tokens, 16, padded],
    ['gru', 16, 32, { return: 'last', bidirectional: true }],
    ['linear', 64, outputs],
  ];
  return [
    { name: `${tokens}-16-${outputs}`, kind: 'bag', model: bag },
    { name: 'GRU', kind: 'gru', model: gru },
  ];
}

/** LeNet's windows need so many pixels. */
const SMALLEST = 12;
const BYTES: Call = ['rescale', 1 / 255];

function mlp(shape: Shape, hidden: readonly number[], outputs: number): Preset {
  const count = shape.reduce((a, b) => a * b, 1);
  const sizes = [count, ...hidden, outputs];
  // Two-dimensional boundaries are smooth with tanh.
  const activation = shape.length === 1 && count === 2 ? 'tanh' : 'relu';
  const layers = sizes
    .slice(1)
    .flatMap((size, i): readonly Call[] => [...(i === 0 ? [] : [activation]), ['linear', sizes[i] as number, size]]);
  return { name: sizes.join('-'), kind: 'mlp', model: [...(shape.length === 3 ? [BYTES, 'flatten'] : []), ...layers] };
}

/** LeCun et al. 1998, with padding, pooling and activations of their time. */
function lenet(channels: number, height: number, width: number, outputs: number): readonly Call[] {
  const side = (size: number): number => Math.floor((Math.floor(size / 2) - 4) / 2);
  return [
    BYTES,
    ['conv2d', channels, 6, 5, { padding: 2 }],
    'tanh',
    ['avgPool2d', 2],
    ['conv2d', 6, 16, 5],
    'tanh',
    ['avgPool2d', 2],
    'flatten',
    ['linear', 16 * side(height) * side(width), 120],
    'tanh',
    ['linear', 120, 84],
    'tanh',
    ['linear', 84, outputs],
  ];
}

/** Two convolutions, so that what differs (padding, pooling) is all that differs. */
function cnn(
  channels: number,
  height: number,
  width: number,
  outputs: number,
  { padding, pool }: { readonly padding: 'valid' | 'same'; readonly pool?: 'maxPool2d' | 'avgPool2d' },
): readonly Call[] {
  const side = (size: number): number => {
    const convolved = padding === 'same' ? size : size - 2;
    const pooled = pool === undefined ? convolved : Math.floor(convolved / 2);
    const again = padding === 'same' ? pooled : pooled - 2;
    return pool === undefined ? again : Math.floor(again / 2);
  };
  const options = padding === 'same' ? [{ padding }] : [];
  const pooling: readonly Call[] = pool === undefined ? [] : [[pool, 2]];
  return [
    BYTES,
    ['conv2d', channels, 8, 3, ...options],
    'relu',
    ...pooling,
    ['conv2d', 8, 16, 3, ...options],
    'relu',
    ...pooling,
    'flatten',
    ['linear', 16 * side(height) * side(width), outputs],
  ];
}
