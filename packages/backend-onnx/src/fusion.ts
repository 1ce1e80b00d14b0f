// What is cheaper in one operator than in several: products with a sum, convolutions with a bias, sums of gradients.
import {
  type Graph,
  isOp,
  type Node,
  node,
  numel,
  type PrimitiveOp,
  rewrite,
  sameShape,
  type TensorType,
} from '@descent/core/backend';
import {
  addOp,
  cast,
  constantOp,
  divOp,
  greater,
  lessEqualOp,
  logOp,
  type MatmulAttrs,
  matmulOp,
  mul,
  mulOp,
  reshapeOp,
  softmaxOp,
  subOp,
  sumOp,
  whereOp,
} from '@descent/core/ops';
import { narrowRowSums } from './narrow-sums.ts';
import { applyRules, channelBias, EITHER_ORDER, isNamed, type Rule } from './rules.ts';

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

/** `conv` that adds a number to each channel of its result. */
function biasedConv2d({ op, inputs, attrs }: Node, bias: Node): Node {
  const biased: PrimitiveOp = {
    kind: 'primitive',
    name: 'biasedConv2d',
    infer: ([x, w], a) => op.infer([x, w] as never, a),
    grad: 'undefined',
  };
  return node(biased, [...inputs, bias], attrs);
}

/** Softmax of numbers many of which stand so low that their share is 0. */
export const maskedSoftmaxOp: PrimitiveOp<'maskedSoftmax', { readonly axis: number }> = {
  kind: 'primitive',
  name: 'maskedSoftmax',
  infer: ([x]) => x as TensorType,
  grad: 'undefined',
};

/** Merges what one operator computes. Only results that nothing else needs are merged into their user. */
export function fuse(g: Graph): Graph {
  return withSmallShares(applyRules(g, [...RULES, narrowRowSums()]));
}

/** Shares of a softmax whose logarithm is taken, or by which is divided, stay what they are, however small. */
function withSmallShares(g: Graph): Graph {
  const readBy = ({ op, inputs }: Node): readonly (Node | undefined)[] =>
    op.name === logOp.name ? [inputs[0]] : op.name === divOp.name ? [inputs[1]] : [];
  const exact = new Set(g.nodes.flatMap(readBy));
  if (![...exact].some((x) => x !== undefined && isOp(x, maskedSoftmaxOp))) return g;
  return rewrite(g, (n, original) =>
    isOp(n, maskedSoftmaxOp) && exact.has(original) ? node(softmaxOp, n.inputs, n.attrs) : null,
  );
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
  const found = channelBias(n, once, (x) => isNamed(x, 'conv2d'));
  return found === null ? null : biasedConv2d(found.conv, found.bias);
};

/** Pooling hands each gradient on without loss, so a sum over whole images, as of a bias, is that of the fewer gradients above the pool. */
const sumBeforePool: Rule = (n) => {
  if (!isOp(n, sumOp) || ![2, 3].every((axis) => n.attrs.axes.includes(axis))) return null;
  const x = n.inputs[0] as Node;
  if (isNamed(x, 'maxPool2dGrad')) return node(sumOp, [x.inputs[2] as Node], n.attrs);
  const lossless = isNamed(x, 'avgPool2dGrad') && x.attrs.pads.every((p) => p === 0);
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

/** Softmax of what `where` sets to a number from which on nothing is left of a share, e^-87 of the largest. */
const softmaxOfMasked: Rule = (n) => {
  if (!isOp(n, softmaxOp)) return null;
  const [x] = n.inputs as readonly [Node];
  const isLow = (y: Node | undefined): boolean =>
    y !== undefined && isOp(y, constantOp) && isScalar(y) && (y.attrs.value.data[0] as number) < LOW;
  return isOp(x, whereOp) && (isLow(x.inputs[1]) || isLow(x.inputs[2])) ? node(maskedSoftmaxOp, [x], n.attrs) : null;
};

const LOW = -1000;

const RULES: readonly Rule[] = [softmaxOfMasked, maskBeforeLayer, gemmOfSum, gemmOfUpdate, convWithBias, sumBeforePool];

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
  const isProduct = (x: Node): boolean => isNamed(x, 'conv2dInputGrad') || isOp(x, matmulOp);
  return isProduct(n) || (isOp(n, addOp) && n.inputs.some(isProduct));
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
