// What is cheaper in one operator than in several: products with a sum, convolutions with a bias, sums of gradients.
import {
  type Graph,
  isOp,
  type Node,
  node,
  numel,
  type PrimitiveOp,
  rewrite,
  type Shape,
  sameShape,
} from '@descent/core/backend';
import {
  addOp,
  avgPool2dGradOp,
  type Conv2dAttrs,
  cast,
  constantOp,
  conv2dInputGradOp,
  conv2dOp,
  greater,
  lessEqualOp,
  type MatmulAttrs,
  matmulOp,
  maxPool2dGradOp,
  mul,
  mulOp,
  reshape,
  reshapeOp,
  subOp,
  sumOp,
  whereOp,
} from '@descent/core/ops';

export interface GemmAttrs extends MatmulAttrs {
  readonly alpha: number;
  readonly beta: number;
}

/** `alpha · A·B + beta · C` of matrices, C broadcast. Exists in graphs that are about to be lowered only. */
export const gemmOp: PrimitiveOp<'gemm', GemmAttrs> = {
  kind: 'primitive',
  name: 'gemm',
  infer: ([a, b], { transposeA, transposeB }) => ({
    dtype: 'float32',
    shape: [a?.shape[transposeA ? 1 : 0] as number, b?.shape[transposeB ? 0 : 1] as number],
  }),
  grad: 'undefined',
};

/** A convolution that adds a number to each channel of its result. */
export const biasedConv2dOp: PrimitiveOp<'biasedConv2d', Conv2dAttrs> = {
  kind: 'primitive',
  name: 'biasedConv2d',
  infer: ([x, w], attrs) => conv2dOp.infer([x, w] as never, attrs),
  grad: 'undefined',
};

type Rule = (n: Node, once: (i: number) => boolean) => Node | null;

/** Replaces what fits one of the rules. Only results that nothing else needs are merged into their user. */
export function fuse(g: Graph): Graph {
  const uses = new Map<Node, number>();
  for (const n of [...g.nodes.flatMap((m) => m.inputs), ...g.outputs.values()]) uses.set(n, (uses.get(n) ?? 0) + 1);
  return rewrite(g, (n, original) => {
    const once = (i: number): boolean => uses.get(original.inputs[i] as Node) === 1;
    for (const rule of RULES) {
      const fused = rule(n, once);
      if (fused !== null) return fused;
    }
    return null;
  });
}

/** `A·B + C`, and `A·B + β·C` for a constant β. */
const gemmOfSum: Rule = (n, once) => {
  if (!isOp(n, addOp)) return null;
  for (const [i, j] of EITHER_ORDER) {
    const product = n.inputs[i] as Node;
    const other = n.inputs[j] as Node;
    if (!once(i) || !isMatrixProduct(product) || !sameShape(product.type.shape, n.type.shape)) continue;
    const scaled = once(j) ? scaledByConstant(other) : null;
    return gemm(product, scaled?.x ?? other, 1, scaled?.factor ?? 1);
  }
  return null;
};

/** The update of gradient descent, `W − A·B·r`, as `W − A·(B·r)` with the smaller of A and B scaled. */
const gemmOfUpdate: Rule = (n, once) => {
  if (!isOp(n, subOp) || !once(1)) return null;
  const [weight, step] = n.inputs as readonly [Node, Node];
  if (!isOp(step, mulOp)) return null;
  for (const [i, j] of EITHER_ORDER) {
    const product = step.inputs[i] as Node;
    const rate = step.inputs[j] as Node;
    if (!isMatrixProduct(product) || !isScalar(rate) || !sameShape(product.type.shape, weight.type.shape)) continue;
    const [a, b] = product.inputs as readonly [Node, Node];
    const inputs = numel(a.type.shape) <= numel(b.type.shape) ? [mul(a, rate), b] : [a, mul(b, rate)];
    return gemm({ ...product, inputs }, weight, -1, 1);
  }
  return null;
};

/** `conv2d(x, w) + b`, with one number a channel. */
const convWithBias: Rule = (n, once) => {
  if (!isOp(n, addOp)) return null;
  for (const [i, j] of EITHER_ORDER) {
    const conv = n.inputs[i] as Node;
    const bias = n.inputs[j] as Node;
    if (!once(i) || !isOp(conv, conv2dOp) || !isPerChannel(bias.type.shape, conv.type.shape[1] as number)) continue;
    const channels = [conv.type.shape[1] as number];
    const vector = isOp(bias, reshapeOp) ? (bias.inputs[0] as Node) : bias;
    return node(biasedConv2dOp, [...conv.inputs, reshape(vector, channels)], conv.attrs);
  }
  return null;
};

/** Pooling hands each gradient on without loss, so a sum over whole images, as of a bias, is that of the fewer gradients above the pool. */
const sumBeforePool: Rule = (n) => {
  if (!isOp(n, sumOp) || ![2, 3].every((axis) => n.attrs.axes.includes(axis))) return null;
  const x = n.inputs[0] as Node;
  if (isOp(x, maxPool2dGradOp)) return node(sumOp, [x.inputs[2] as Node], n.attrs);
  const lossless = isOp(x, avgPool2dGradOp) && x.attrs.pads.every((p) => p === 0);
  return lossless ? node(sumOp, [x.inputs[0] as Node], n.attrs) : null;
};

/**
 * The gradient of relu, `where(y ≤ 0, 0, dy)`, as a product with 0 and 1 in front of a layer with a weight: on large images that is the
 * cheaper of the two. They differ where `dy` is not finite, but then the gradient of that weight is not either.
 */
const maskBeforeLayer: Rule = (n) => {
  if (!isOp(n, whereOp)) return null;
  const [test, zero, dy] = n.inputs as readonly [Node, Node, Node];
  const [y, bound] = test.inputs;
  if (!isOp(test, lessEqualOp) || !isZero(zero) || !isZero(bound as Node) || !isFromLayer(dy)) return null;
  return sameShape((y as Node).type.shape, dy.type.shape) ? mul(dy, cast(greater(y as Node, 0), 'float32')) : null;
};

const RULES: readonly Rule[] = [maskBeforeLayer, gemmOfSum, gemmOfUpdate, convWithBias, sumBeforePool];
const EITHER_ORDER = [
  [0, 1],
  [1, 0],
] as const;

type Product = Node & { readonly attrs: MatmulAttrs };

function gemm({ inputs, attrs }: Pick<Product, 'inputs' | 'attrs'>, c: Node, alpha: number, beta: number): Node {
  return node(gemmOp, [...inputs, c], { ...attrs, alpha, beta });
}

function isMatrixProduct(n: Node): n is Product {
  return isOp(n, matmulOp) && n.inputs.every((x) => x.type.shape.length === 2);
}

function isScalar(n: Node): boolean {
  return n.type.shape.length === 0;
}

function isZero(n: Node): boolean {
  return isScalar(n) && isOp(n, constantOp) && n.attrs.value.data[0] === 0;
}

/** Whether the gradient `n` came through a layer with a weight, perhaps beside a shortcut around it. */
function isFromLayer(n: Node): boolean {
  if (isOp(n, reshapeOp)) return isFromLayer(n.inputs[0] as Node);
  const isProduct = (x: Node): boolean => isOp(x, conv2dInputGradOp) || isOp(x, matmulOp);
  return isProduct(n) || (isOp(n, addOp) && n.inputs.some(isProduct));
}

function isPerChannel(shape: Shape, channels: number): boolean {
  return sameShape(shape, [channels, 1, 1]) || sameShape(shape, [1, channels, 1, 1]);
}

/** Takes `x * constant` apart. */
function scaledByConstant(n: Node): { readonly x: Node; readonly factor: number } | null {
  if (!isOp(n, mulOp)) return null;
  for (const [i, j] of EITHER_ORDER) {
    const [x, factor] = [n.inputs[i] as Node, n.inputs[j] as Node];
    if (isScalar(factor) && isOp(factor, constantOp)) return { x, factor: factor.attrs.value.data[0] as number };
  }
  return null;
}
