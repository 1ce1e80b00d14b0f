import type { Node } from '@descent/core';
import {
  add,
  elu,
  greater,
  leakyRelu,
  maximum,
  minimum,
  mul,
  relu,
  sigmoid,
  softplus,
  softsign,
  tanh,
  where,
} from '@descent/core/ops';
import { numbers, texts } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext } from '../rule.ts';

export type Activation = (x: Node) => Node;

/** An activation of recurrent networks: with up to two numbers, and what they are where a node gives none. */
interface Named {
  readonly defaults: readonly number[];
  readonly apply: (x: Node, alpha: number, beta: number) => Node;
}

const NAMED: Readonly<Record<string, Named>> = {
  relu: { defaults: [], apply: relu },
  tanh: { defaults: [], apply: tanh },
  sigmoid: { defaults: [], apply: sigmoid },
  softsign: { defaults: [], apply: softsign },
  softplus: { defaults: [], apply: (x) => softplus(x) },
  elu: { defaults: [1], apply: (x, alpha) => elu(x, alpha) },
  leakyrelu: { defaults: [0.01], apply: (x, alpha) => leakyRelu(x, alpha) },
  thresholdedrelu: { defaults: [1], apply: (x, alpha) => where(greater(x, alpha), x, 0) },
  affine: { defaults: [1, 0], apply: (x, alpha, beta) => add(mul(x, alpha), beta) },
  scaledtanh: { defaults: [1, 1], apply: (x, alpha, beta) => mul(tanh(mul(x, beta)), alpha) },
  hardsigmoid: {
    defaults: [0.2, 0.5],
    apply: (x, alpha, beta) => maximum(minimum(add(mul(x, alpha), beta), 1), 0),
  },
};

/** The activations of direction `d`. Their numbers stand in two lists, in the order of the activations that take some. */
export function activationsOf(
  node: ImportedNode,
  defaults: readonly string[],
  d: number,
  c: RuleContext,
): readonly { readonly name: string; readonly apply: Activation }[] {
  const listed = texts(node, 'activations', []);
  const all = listed.length === 0 ? [...defaults, ...defaults] : listed;
  const [alphas, betas] = [[...numbers(node, 'activation_alpha', [])], [...numbers(node, 'activation_beta', [])]];
  const made = all.map((name) => {
    const found = NAMED[name.toLowerCase()];
    if (found === undefined || !Object.hasOwn(NAMED, name.toLowerCase())) {
      throw c.unsupported(`the activation '${name}'`, Object.keys(NAMED).join(', '));
    }
    const [alpha = 0, beta = 0] = found.defaults.map((fallback, i) => (i === 0 ? alphas : betas).shift() ?? fallback);
    return { name, apply: (x: Node) => found.apply(x, alpha, beta) };
  });
  const own = made.slice(d * defaults.length, (d + 1) * defaults.length);
  if (own.length === defaults.length) return own;
  throw c.unsupported(`${listed.length} activations`, `${defaults.length} for each direction`);
}
