import { node } from '@descent/core/backend';
import { conv2dOp, input, type Pads, type Pair } from '@descent/core/ops';
import { blockedConvolutions, isFor, type TakesBlocks } from '../blocked-convolutions.ts';
import type { LowerOptions } from '../lower.ts';
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
