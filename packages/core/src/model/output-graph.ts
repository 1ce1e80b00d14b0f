import { expectKind } from '../options.ts';
/**
 * One step of a computation, as far as it matters for what a network's output is; the same for Descent's graphs and for ONNX files. A step
 * of another kind is `other`; one that moves numbers about, or bounds them, is `same`.
 */
export interface OutputNode {
  readonly op: OutputOp;
  readonly inputs: readonly OutputNode[];
  /** Of a constant of one number. */
  readonly value?: number;
  /** Of a softmax: whether it goes over the samples of the batch, so that its numbers say nothing about one sample. */
  readonly overBatch?: boolean;
  /** Of a sum: how many numbers become one. */
  readonly count?: number;
}

export type OutputOp =
  | 'add'
  | 'concat'
  | 'constant'
  | 'div'
  | 'exp'
  | 'log'
  | 'logSoftmax'
  | 'logSumExp'
  | 'mean'
  | 'mul'
  | 'neg'
  | 'other'
  | 'positive'
  | 'power'
  | 'reciprocal'
  | 'same'
  | 'sigmoid'
  | 'softmax'
  | 'softplus'
  | 'sub'
  | 'sum'
  | 'tanh'
  | 'where';

/** What the numbers at the end of a computation are, where the steps show it: also when softmax or sigmoid are written out by hand. */
export function kindOfNode(output: OutputNode): 'log-probabilities' | 'probabilities' | 'values' | null {
  expectKind('output', output, { op: 'text', inputs: 'list' }, "{ op: 'softmax', inputs: [] }");
  const shares = new Map<OutputNode, number | null>();
  let depth = 0;
  const share = (given: OutputNode): number | null => {
    const n = through(given);
    const known = shares.get(n);
    if (known !== undefined) return known;
    // Probabilities are made at the end; a long chain of sums is something else.
    if (depth === DEEPEST) return null;
    depth++;
    const found = shareOf(n, share);
    depth--;
    shares.set(n, found);
    return found;
  };
  if (isLog(output, share)) return 'log-probabilities';
  const factor = share(output);
  if (factor !== null) return Math.abs(factor - 1) < 1e-3 ? 'probabilities' : 'values';
  const last = through(output);
  return (last.op === 'softmax' || last.op === 'logSoftmax') && last.overBatch === true
    ? 'values'
    : ofClasses(last, share);
}

/** Values, where probabilities or their logarithms became numbers that a softmax would make other classes of: `−ln p`, `p²`, `p + 1`. */
function ofClasses({ op, inputs }: OutputNode, share: Share): 'values' | null {
  const [a, b] = inputs as readonly [OutputNode, OutputNode];
  const isNegative = (n: OutputNode): boolean => (numberOf(n) ?? 0) < 0;
  const isTurned =
    (op === 'neg' && isLog(a, share)) ||
    (op === 'mul' && ((isNegative(b) && isLog(a, share)) || (isNegative(a) && isLog(b, share)))) ||
    (op === 'div' && isNegative(b) && isLog(a, share));
  const isPower = (op === 'power' && share(a) !== null) || (op === 'mul' && share(a) !== null && share(b) !== null);
  const isMoved = (op === 'add' || op === 'sub') && [a, b].some(isNumber) && [a, b].some((x) => share(x) !== null);
  return isTurned || isPower || isMoved ? 'values' : null;
}

const DEEPEST = 200;

type Share = (n: OutputNode) => number | null;

/** The number that probabilities were multiplied with to give `n`; `null` when it is no multiple of probabilities. */
function shareOf(n: OutputNode, share: Share): number | null {
  const [a, b] = n.inputs as readonly [OutputNode, OutputNode];
  switch (n.op) {
    case 'sigmoid':
      return 1;
    case 'softmax':
      return n.overBatch === true ? null : 1;
    case 'exp':
      return isLog(a, share) ? 1 : null;
    case 'reciprocal':
      return isOnePlusExp(a) ? 1 : null;
    case 'div':
      return isQuotient(a, b) ? 1 : scaled(a, b, share, (x, by) => x / by);
    case 'mul':
      return scaled(a, b, share, (x, by) => x * by) ?? scaled(b, a, share, (x, by) => x * by);
    case 'add':
      // A number that keeps them from 0: `p + 1e-8`.
      return (
        liftedTanh(a, b) ??
        liftedTanh(b, a) ??
        n.inputs
          .filter((x) => !isTiny(x))
          .map(share)
          .reduce(both, 0)
      );
    case 'sub':
      // The probability of the opposite.
      return numberOf(a) === 1 && share(b) === 1 ? 1 : null;
    case 'mean':
    // Probabilities are no less than 0, so that relu leaves them as they are.
    case 'positive':
      return share(a);
    case 'sum':
      return n.count === undefined ? null : scaledBy(share(a), n.count);
    case 'where':
      return chosen(
        n,
        (x) => isTiny(x),
        (x) => share(x) === 1,
      )
        ? 1
        : null;
    case 'concat':
      return n.inputs.every((x) => share(x) === share(a)) ? share(a) : null;
    default:
      return null;
  }
}

/** `e^x / Σ e^x`, and other numbers of at least 0 by their sum, or `1 / (1 + e^-x)`. */
function isQuotient(a: OutputNode, b: OutputNode): boolean {
  const [top, whole] = [through(a), through(b)];
  const bottom = through(whole.op === 'add' ? (whole.inputs.find((x) => !isTiny(x)) ?? whole) : whole);
  if (bottom.op === 'sum' && through(bottom.inputs[0] as OutputNode) === top && isPositive(top)) return true;
  return numberOf(a) === 1 && isOnePlusExp(b);
}

function isPositive(n: OutputNode): boolean {
  const { op, inputs } = through(n);
  const value = numberOf(n);
  if (op === 'add') return inputs.every(isPositive);
  if (op === 'mul')
    return inputs.every(isPositive) || through(inputs[0] as OutputNode) === through(inputs[1] as OutputNode);
  return value === undefined ? POSITIVE.has(op) : value >= 0;
}

const POSITIVE: ReadonlySet<OutputOp> = new Set(['exp', 'positive', 'sigmoid', 'softmax', 'softplus']);

const NOTHING: OutputNode = { op: 'other', inputs: [] };

/** Whether one choice of a `where` is what `isIt` looks for, and the other as well or what only fills in. */
function chosen({ inputs: [, a = NOTHING, b = NOTHING] }: OutputNode, isFiller: Test, isIt: Test): boolean {
  return (isIt(a) && (isIt(b) || isFiller(b))) || (isIt(b) && isFiller(a));
}

type Test = (n: OutputNode) => boolean;

function isOnePlusExp(n: OutputNode): boolean {
  const { op, inputs } = through(n);
  return op === 'add' && inputs.some((x) => numberOf(x) === 1) && inputs.some((x) => through(x).op === 'exp');
}

/** `tanh x + 1`, also of half of both, is twice a probability. */
function liftedTanh(a: OutputNode, b: OutputNode): number | null {
  const { op, inputs } = through(a);
  const by = op === 'tanh' ? 1 : op === 'mul' ? inputs.map(numberOf).find((x) => x !== undefined) : undefined;
  const isTanh = op === 'tanh' || inputs.some((x) => through(x).op === 'tanh');
  return by !== undefined && isTanh && numberOf(b) === by ? 2 * by : null;
}

/** The logarithm of probabilities: also `x − ln Σ e^x`, and that with the maximum taken out. */
function isLog(given: OutputNode, share: Share): boolean {
  const n = through(given);
  const [a, b] = n.inputs as readonly [OutputNode, OutputNode];
  if (n.op === 'logSoftmax') return n.overBatch !== true;
  if (n.op === 'log') return share(a) === 1;
  if (n.op === 'where') {
    return chosen(
      n,
      (x) => (numberOf(x) ?? 0) < -20,
      (x) => isLog(x, share),
    );
  }
  // ln of a sigmoid: −ln(1 + e^−x)
  if (n.op === 'neg') return through(a).op === 'softplus';
  return n.op === 'sub' && isLogSumExp(through(b), through(a));
}

function isLogSumExp(n: OutputNode, x: OutputNode): boolean {
  const [first, second] = n.inputs.map(through);
  if (n.op === 'logSumExp') return first === x;
  if (n.op === 'add') return [first, second].some((part) => part?.op === 'log' && expIn(part) !== undefined);
  return n.op === 'log' && expIn(n) === x;
}

/** The `x` of `ln Σ e^x`. */
function expIn(log: OutputNode): OutputNode | undefined {
  const sum = through(log.inputs[0] as OutputNode);
  const e = sum.op === 'sum' ? through(sum.inputs[0] as OutputNode) : undefined;
  return e?.op === 'exp' ? through(e.inputs[0] as OutputNode) : undefined;
}

function scaled(x: OutputNode, by: OutputNode, share: Share, f: (x: number, by: number) => number): number | null {
  const value = numberOf(by);
  const factor = value === undefined ? null : share(x);
  return factor === null ? null : f(factor, value as number);
}

function scaledBy(x: number | null, by: number): number | null {
  return x === null ? null : x * by;
}

function both(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function isNumber(n: OutputNode | undefined): boolean {
  return n !== undefined && numberOf(n) !== undefined;
}

/** So small that probabilities stay probabilities with it, as far as float32 and their sum are looked at. */
function isTiny(n: OutputNode): boolean {
  return Math.abs(numberOf(n) ?? 1) < 1e-4;
}

function numberOf(n: OutputNode): number | undefined {
  return through(n).value;
}

function through(n: OutputNode): OutputNode {
  let at = n;
  while (at.op === 'same' && at.inputs[0] !== undefined) at = at.inputs[0];
  return at;
}
