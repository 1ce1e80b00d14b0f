import { prefixPath, ValueError } from '../errors.ts';
import type { Tensors } from '../ir/tree.ts';
import { ownParameters } from '../layers/build.ts';
import { expectLayer } from '../layers/expect.ts';
import { expectInitializers, type Initializer } from '../layers/init/initializers.ts';
import type { AnyLayer, Layer } from '../layers/layer.ts';
import { expectMatch, patternOf } from '../optimizers/groups.ts';
import { expectKind, expectOptions } from '../options.ts';
import { childrenBy, joined, rebuilt } from './_tree.ts';

/** How parameters of some names start. */
export interface InitRule {
  /** The names: a regular expression, or its text. It may match anywhere in a name, such as `/\.weight$/` in `0.weight`. */
  readonly match: RegExp | string;
  readonly init: Initializer;
}

/**
 * The same network, but parameters whose names match start by other initializers: each by the first rule that matches it, and where none does, as before.
 * Running statistics are not asked for. Numbers are drawn by `initParameters` or a trainer.
 *
 * @example initialize(net, [{ match: /^head\.weight$/, init: zerosInit }, { match: /\.weight$/, init: orthogonal() }])
 * @throws ValueError that lists the names for a pattern that matches none, or only names that rules in front of it have taken, and for an initializer
 * that does not fit the shape of its parameter.
 */
export function initialize<In extends Tensors, Out extends Tensors>(
  model: Layer<In, Out>,
  rules: readonly InitRule[],
): Layer<In, Out> {
  expectLayer('model', model);
  expectKind('the rules', rules, 'list', '[{ match: /\\.weight$/, init: orthogonal() }]');
  const trained = model.parameters.filter(({ trainable }) => trainable !== false);
  const patterns = rules.map((rule, i) => {
    const path = `rules[${i}]`;
    expectOptions(path, rule, ['match', 'init']);
    const pattern = patternOf(`${path}.match`, rule.match);
    expectInitializers(path, { init: rule.init });
    expectMatch(`${path}.match`, pattern, trained);
    return { pattern, init: rule.init };
  });
  const ruleOf = (name: string): number => patterns.findIndex(({ pattern }) => name.search(pattern) !== -1);
  const used = new Set(trained.map(({ name }) => ruleOf(name)));
  const idle = patterns.findIndex((_, i) => !used.has(i));
  if (idle !== -1) {
    throw new ValueError('a rule has no effect', {
      path: `rules[${idle}].match`,
      received: String(rules[idle]?.match),
      expected: 'a parameter that no rule in front of it matches',
      fix: 'put the more special rules first',
    });
  }
  const at = (path: string, layer: AnyLayer): AnyLayer => {
    const own = ownParameters(layer).map((spec) => {
      const name = joined(path, spec.name);
      const rule = spec.trainable === false ? undefined : patterns[ruleOf(name)];
      return rule === undefined ? spec : { ...spec, init: named(name, rule.init) };
    });
    return rebuilt(layer, { own, children: childrenBy(path, layer, at) });
  };
  return at('', model) as Layer<In, Out>;
}

/** `init`, whose errors say which parameter it was for. */
function named(name: string, init: Initializer): Initializer {
  return (key, shape) => {
    try {
      return init(key, shape);
    } catch (error) {
      throw prefixPath(error, name);
    }
  };
}
