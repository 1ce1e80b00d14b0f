import { type LayerSpec, parameterShapes } from '../../lib/nets.ts';
import { type ConvShape, convolve, filterGradient, imageGradient, maxPool, maxPoolGradient } from './convolution.ts';
import { Model } from './model.ts';

const CLASSES = 10;

/** A graph in the making, with what all its parts need. */
interface Step {
  readonly m: Model;
  readonly batch: number;
  readonly threads: number;
}

/** A part of the network whose gradient is known: takes that of its result, gives the next parameters, and its input's gradient if wanted. */
interface Part {
  readonly output: string;
  /** Channels and size of the output when it is images. */
  readonly channels: number;
  readonly size: number;
  backward(dy: string, inputNeeded: boolean): { readonly dx: string | null; readonly updated: readonly string[] };
}

/** A training step written down by hand: inputs `x`, `y`, `lr`, `p0`, `p1`, …, outputs `loss`, `q0`, `q1`, … */
export function stepModel(layers: readonly LayerSpec[], batch: number, threads: number): Uint8Array {
  const m = new Model();
  const step: Step = { m, batch, threads };
  const shapes = parameterShapes(layers);
  const x = m.input('x', 'uint8', [batch, 1, 28, 28]);
  const y = m.input('y', 'int32', [batch]);
  m.input('lr', 'float32', []);
  const names = shapes.map((shape, i) => m.input(`p${i}`, 'float32', shape));

  const scaled = m.node('Mul', [m.node('Cast', [x], { to: 1 }), m.float(1 / 255)]);
  const parts = forward(step, layers, scaled, names);
  const { loss, dlogits } = crossEntropy(step, parts.at(-1)?.output as string, y);
  m.output('loss', loss, []);

  let dy: string | null = dlogits;
  const updated: string[] = [];
  for (const [i, part] of [...parts.entries()].reverse()) {
    const result = part.backward(dy as string, i > 0);
    dy = result.dx;
    updated.unshift(...result.updated);
  }
  for (const [i, shape] of shapes.entries()) m.output(`q${i}`, updated[i] as string, shape);
  return m.encode();
}

function forward(step: Step, layers: readonly LayerSpec[], x: string, parameters: readonly string[]): readonly Part[] {
  const parts: Part[] = [];
  let input = { output: x, channels: 1, size: 28 };
  let used = 0;
  for (const [i, spec] of layers.entries()) {
    if (spec.kind !== 'conv' && spec.kind !== 'linear') continue;
    const [w, b] = parameters.slice(used, used + 2) as [string, string];
    used += 2;
    const following = layers.slice(i + 1);
    const isRelu = following[0]?.kind === 'relu';
    const part =
      spec.kind === 'linear'
        ? linearPart(step, spec, input, w, b, isRelu)
        : convPart(step, spec, input, w, b, following[1]?.kind === 'pool');
    parts.push(part);
    input = part;
  }
  return parts;
}

/** A convolution, then pooling if any, then ReLU: swapped, which gives the same numbers on a quarter of the data. */
function convPart(
  { m, batch, threads }: Step,
  { from, to, kernel, padding }: LayerSpec & { readonly kind: 'conv' },
  input: Pick<Part, 'output' | 'size'>,
  w: string,
  b: string,
  isPooled: boolean,
): Part {
  const result = input.size + 2 * padding - kernel + 1;
  const shape: ConvShape = { batch, from, to, size: input.size, result, kernel, padding };
  const sums = convolve(m, input.output, w, b, shape);
  const pooled = isPooled ? maxPool(m, sums) : sums;
  const output = m.node('Relu', [pooled]);
  const size = isPooled ? result / 2 : result;
  return {
    output,
    channels: to,
    size,
    backward(gradient, inputNeeded) {
      const dy = reluGradient(m, output, m.node('Reshape', [gradient, m.ints([batch, to, size, size])]));
      const dsums = isPooled ? maxPoolGradient(m, sums, pooled, dy, shape) : dy;
      // Pooling moves the numbers without changing their sum, so that the bias can use the smaller ones.
      const db = m.node('ReduceSum', [dy, m.ints([0, 2, 3])], { keepdims: 0 });
      return {
        updated: [descend(m, w, filterGradient(m, input.output, dsums, shape)), descend(m, b, db)],
        dx: inputNeeded ? imageGradient(m, dsums, w, shape, threads) : null,
      };
    },
  };
}

function linearPart(
  { m, batch }: Step,
  { from }: LayerSpec & { readonly kind: 'linear' },
  input: Pick<Part, 'output'>,
  w: string,
  b: string,
  isRelu: boolean,
): Part {
  const x = m.node('Reshape', [input.output, m.ints([batch, from])]);
  const sums = m.node('Gemm', [x, w, b], { transB: 1 });
  const output = isRelu ? m.node('Relu', [sums]) : sums;
  return {
    output,
    channels: 0,
    size: 0,
    backward(gradient, inputNeeded) {
      const dy = isRelu ? reluGradient(m, output, gradient) : gradient;
      const scaled = m.node('Mul', [dy, 'lr']);
      return {
        updated: [
          m.node('Gemm', [scaled, x, w], { transA: 1, alpha: { float: -1 } }),
          m.node('Sub', [b, m.node('ReduceSum', [scaled, m.ints([0])], { keepdims: 0 })]),
        ],
        dx: inputNeeded ? m.node('Gemm', [dy, w]) : null,
      };
    },
  };
}

function reluGradient(m: Model, y: string, dy: string): string {
  const isPositive = m.node('Greater', [y, m.float(0)]);
  return m.node('Mul', [dy, m.node('Cast', [isPositive], { to: 1 })]);
}

function descend(m: Model, parameter: string, gradient: string): string {
  return m.node('Sub', [parameter, m.node('Mul', [gradient, 'lr'])]);
}

function crossEntropy({ m, batch }: Step, logits: string, y: string): { loss: string; dlogits: string } {
  const classes = m.constant(
    'int32',
    [1, CLASSES],
    Array.from({ length: CLASSES }, (_, i) => i),
  );
  const isTarget = m.node('Equal', [m.node('Reshape', [y, m.ints([batch, 1])]), classes]);
  const oneHot = m.node('Cast', [isTarget], { to: 1 });
  const logs = m.node('LogSoftmax', [logits], { axis: 1 });
  const total = m.node('ReduceSum', [m.node('Mul', [logs, oneHot])], { keepdims: 0 });
  const difference = m.node('Sub', [m.node('Exp', [logs]), oneHot]);
  return {
    loss: m.node('Mul', [total, m.float(-1 / batch)]),
    dlogits: m.node('Mul', [difference, m.float(1 / batch)]),
  };
}
