import { graph, isDynamic, node, type Shape } from '@descent/core/backend';
import {
  avgPool2dGrad,
  conv2dFilterGrad,
  conv2dInputGrad,
  conv2dOp,
  input,
  maxPool2dGrad,
  maxPool2dOp,
  scatterAdd,
  sum,
} from '@descent/core/ops';
import type { LowerOptions } from '../lower.ts';
import { filterGrads } from '../lowerings/conv/conv2d-filter-grad.ts';
import { canFlip, inputGrads } from '../lowerings/conv/conv2d-input-grad.ts';
import { tiles } from '../lowerings/conv/geometry.ts';
import { maxPoolGrads } from '../lowerings/conv/max-pool2d-grad.ts';
import { avgPoolGrads } from '../lowerings/conv/pool2d.ts';
import type { Strategies } from '../strategies.ts';
import { type Question, questionOf, trialOf } from './question.ts';

/** The answer to a question: one of its ways. */
export type Ask = (question: Question) => string;

/** Strategies that ask where `rules` would answer. `options` are how trials are lowered, apart from what they try. */
export function askingStrategies(rules: Strategies, options: LowerOptions, ask: Ask): Strategies {
  const asked = <W extends string>(rule: W, question: Question | null): W =>
    question === null ? rule : (ask(question) as W);
  const forced = (op: keyof Strategies, way: string): LowerOptions => ({
    ...options,
    strategies: { ...rules, [op]: () => way },
  });
  return {
    conv2dFilterGrad(x, w, attrs, target) {
      const rule = rules.conv2dFilterGrad(x, w, attrs, target);
      if (isDynamic(x) || attrs.groups > 1) return rule;
      const [images, gradients] = [input('x', x), input('dy', conv2dResult(x, w, attrs))];
      const y = conv2dFilterGrad(images, gradients, attrs);
      return asked(
        rule,
        questionOf({
          about: ['conv2dFilterGrad', x, w, ...windowWords(attrs)],
          rule,
          ways: Object.keys(filterGrads),
          nodes: [images, gradients, y],
          flops: flopsOf(w, gradients.type.shape),
          trial: (way) => trialOf({ y }, forced('conv2dFilterGrad', way)),
        }),
      );
    },

    conv2dInputGrad(w, attrs, dy, target) {
      const rule = rules.conv2dInputGrad(w, attrs, dy, target);
      if (isDynamic(dy) || !canFlip(attrs, w.slice(2))) return rule;
      const [gradients, filters] = [input('dy', dy), input('w', w)];
      const y = conv2dInputGrad(gradients, filters, attrs);
      return asked(
        rule,
        questionOf({
          about: ['conv2dInputGrad', dy, w, ...windowWords(attrs), attrs.inputSize],
          rule,
          ways: Object.keys(inputGrads),
          nodes: [gradients, filters, y],
          flops: flopsOf(w, dy),
          trial: (way) => trialOf({ y }, forced('conv2dInputGrad', way)),
        }),
      );
    },

    maxPool2dGrad(x, attrs, target) {
      const rule = rules.maxPool2dGrad(x, attrs, target);
      if (isDynamic(x)) return rule;
      const images = input('x', x);
      const pooled = node(maxPool2dOp, [images], attrs);
      const [results, gradients] = [input('y', pooled.type.shape), input('dy', pooled.type.shape)];
      const y = maxPool2dGrad(images, results, gradients, attrs);
      const forTiles = ['unpooled', 'firstMax'];
      return asked(
        rule,
        questionOf({
          about: ['maxPool2dGrad', x, attrs.kernel, ...windowWords(attrs)],
          rule,
          ways: Object.keys(maxPoolGrads).filter((way) => !forTiles.includes(way) || tiles(attrs, attrs.kernel)),
          nodes: [images, gradients, y],
          inputs: graph({ y: pooled }),
          trial: (way) => trialOf({ dx: y }, forced('maxPool2dGrad', way)),
        }),
      );
    },

    avgPool2dGrad(dy, attrs, target) {
      const rule = rules.avgPool2dGrad(dy, attrs, target);
      if (isDynamic(dy) || !tiles(attrs, attrs.kernel)) return rule;
      const gradients = input('dy', dy);
      const y = avgPool2dGrad(gradients, attrs);
      return asked(
        rule,
        questionOf({
          about: ['avgPool2dGrad', dy, attrs.kernel, ...windowWords(attrs), attrs.inputSize],
          rule,
          ways: Object.keys(avgPoolGrads),
          nodes: [gradients, y],
          trial: (way) => trialOf({ y }, forced('avgPool2dGrad', way)),
        }),
      );
    },

    scatterAdd(count, table, target) {
      const rule = rules.scatterAdd(count, table, target);
      const updates = input('x', [count, ...table.slice(1)]);
      const y = scatterAdd(input('indices', [count], 'int32'), updates, { axis: 0, size: table[0] as number });
      return asked(
        rule,
        questionOf({
          about: ['scatterAdd', `${count} rows into`, table],
          rule,
          // Several threads would add to one place at once.
          ways: target.isSequential ? ['elements', 'flat', 'rows'] : ['elements', 'flat'],
          nodes: [updates, y],
          trial: (way) => trialOf({ y }, forced('scatterAdd', way)),
        }),
      );
    },

    sum(matrix, target) {
      const rule = rules.sum(matrix, target);
      const x = input('x', [matrix.rows, matrix.columns]);
      const y = sum(x, { axes: [0] });
      return asked(
        rule,
        questionOf({
          about: ['sum', [matrix.rows, matrix.columns]],
          rule,
          ways: ['multiplied', 'reduced'],
          nodes: [x, y],
          // In one go, as it is where it is asked for.
          trial: (way) => trialOf({ y }, { ...forced('sum', way), sumsInBlocks: false }),
        }),
      );
    },
  };
}

function conv2dResult(x: Shape, w: Shape, attrs: Parameters<Strategies['conv2dFilterGrad']>[2]): Shape {
  const { strides, pads, dilations, groups } = attrs;
  const type = (shape: Shape) => ({ dtype: 'float32', shape }) as const;
  return conv2dOp.infer([type(x), type(w)], { strides, pads, dilations, groups }).shape;
}

/** Of a convolution with filters of shape `w` and a result of shape `y`, and of its gradients. */
export function flopsOf(w: Shape, y: Shape): number {
  return [...w.slice(1), ...y].reduce((product, size) => product * size, 1);
}

interface Windows {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations?: readonly number[];
  readonly groups?: number;
}

/** What is not as usual, in words. */
export function windowWords({ strides, pads, dilations = [], groups = 1 }: Windows): readonly string[] {
  return [
    ...(strides.some((s) => s !== 1) ? [`strides ${strides.join(',')}`] : []),
    ...(pads.some((p) => p !== 0) ? [`pads ${pads.join(',')}`] : []),
    ...(dilations.some((d) => d !== 1) ? [`dilations ${dilations.join(',')}`] : []),
    ...(groups !== 1 ? [`groups ${groups}`] : []),
  ];
}
