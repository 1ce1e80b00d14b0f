import { createHash } from 'node:crypto';
import { type Graph, type Node, node, type Shape } from '@descent/core/backend';
import { conv2dOp, input, type Pads, type Pair } from '@descent/core/ops';
import { blockedConvolutions, isFor, type TakesBlocks } from '../blocked-convolutions.ts';
import { inBlocks } from '../blocks.ts';
import type { LowerOptions } from '../lower.ts';
import type { GraphRewrite } from '../lowerings/context.ts';
import type { NodesOfLoop } from '../with-loops.ts';
import { type Ask, flopsOf, windowWords } from './op-questions.ts';
import { questionOf, trialOf } from './question.ts';

/** Asks of each convolution that can be computed with its channels in blocks whether it shall be. */
export function askingConvolutions(block: number, options: LowerOptions, ask: Ask): LowerOptions['rewrite'] {
  const takes: TakesBlocks = (x, w, y, attributes) => {
    const rule = isFor(w, y) ? 'blocked' : 'plain';
    const attrs = {
      strides: (attributes['strides'] ?? [1, 1]) as Pair,
      pads: (attributes['pads'] ?? [0, 0, 0, 0]) as Pads,
      dilations: (attributes['dilations'] ?? [1, 1]) as Pair,
      groups: 1,
    };
    const [images, filters] = [input('x', x), input('w', w)];
    const result = node(conv2dOp, [images, filters], attrs);
    const question = questionOf({
      about: ['conv2d', x, w, ...windowWords(attrs)],
      rule,
      ways: ['blocked', 'plain'],
      nodes: [images, filters, result],
      flops: flopsOf(w, y),
      trial: (way) =>
        trialOf({ y: result }, { ...options, rewrite: blockedConvolutions(block, () => way === 'blocked') }),
    });
    return (question === null ? rule : ask(question)) === 'blocked';
  };
  return blockedConvolutions(block, takes);
}

/** Asks of each loop over blocks whether what it computes shall be computed in one. */
export function askingLoops(options: LowerOptions, ask: Ask): GraphRewrite {
  const plain = { ...options, inBlocks: null };
  const takes = (loop: NodesOfLoop): boolean => {
    const inputs = loop.sources.map(({ type }, i) => input(`x${i}`, type.shape, type.dtype));
    const looped = [...loop.results(inputs)];
    const known = new Map<Node, Node>(loop.sources.map((n, i) => [n, inputs[i] as Node]));
    const rebuilt = (n: Node): Node => {
      const made = known.get(n) ?? { ...n, inputs: n.inputs.map(rebuilt) };
      known.set(n, made);
      return made;
    };
    const outputs = (nodes: readonly Node[]): Readonly<Record<string, Node>> =>
      Object.fromEntries(nodes.map((n, i) => [`y${i}`, n]));
    const straight = looped.map(([n]) => rebuilt(n));
    const question = questionOf({
      about: ['loop', `${loop.nodes.length} ops on`, largest(loop.nodes), digest(loop, known)],
      rule: 'loop',
      ways: ['loop', 'plain'],
      nodes: [...inputs, ...straight],
      trial: (way) => trialOf(outputs(way === 'loop' ? looped.map(([, n]) => n) : straight), plain),
    });
    return question === null || ask(question) === 'loop';
  };
  return (g: Graph) => inBlocks(g, takes);
}

function largest(nodes: readonly Node[]): Shape {
  const size = ({ type: { shape } }: Node): number => shape.reduce((n, d) => n * d, 1);
  return nodes.reduce((most, n) => (size(n) > size(most) ? n : most)).type.shape;
}

/** Tells loops apart that do other things to the same shapes. */
function digest({ nodes, sources }: NodesOfLoop, known: ReadonlyMap<Node, Node>): string {
  const places = new Map([...sources, ...known.keys(), ...nodes].map((n, i) => [n, i]));
  const lines = [...sources, ...nodes].map((n) => {
    const { op, attrs, type } = n;
    const from = sources.includes(n) ? 'source' : [op.name, attrs, n.inputs.map((x) => places.get(x) ?? x.attrs)];
    return JSON.stringify([places.get(n), from, type.dtype, type.shape]);
  });
  return `#${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12)}`;
}
