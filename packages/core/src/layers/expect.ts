import { prefixPath, ValueError } from '../errors.ts';
import { expectShape } from '../ir/host-array.ts';
import { describeValue, notWhatWasWanted } from '../options.ts';
import { isLayer } from './is-layer.ts';
import type { AnyLayer, ParameterSpec } from './layer.ts';

/** Throws a `ValueError` that says how to make a network unless `value` is a layer. */
export function expectLayer(path: string, value: unknown): asserts value is AnyLayer {
  if (isLayer(value)) {
    expectSpecs(path, value.parameters);
    return;
  }
  throw notWhatWasWanted(path, value, {
    what: 'a layer',
    example: 'sequential(flatten(), linear(784, 10))',
    fix: Array.isArray(value) ? 'join the layers of the list: sequential(...layers)' : undefined,
  });
}

/** Throws unless `specs` is a list of parameters with a name of its own, a shape and an initializer each. */
export function expectSpecs(path: string, specs: unknown): asserts specs is readonly ParameterSpec[] {
  if (!Array.isArray(specs))
    throw notWhatWasWanted(`${path}.parameters`, specs, {
      what: 'a list of parameters',
      example: "[{ name: 'weight', shape: [2, 3], init: zerosInit }]",
    });
  const names = new Set<unknown>();
  for (const [i, spec] of specs.entries()) {
    const { name, shape, init } = (typeof spec === 'object' && spec !== null ? spec : {}) as Partial<ParameterSpec>;
    const at = `${path}.parameters[${i}]`;
    if (typeof name !== 'string' || name === '' || names.has(name)) {
      throw new ValueError('each parameter of a layer needs a name of its own', {
        path: at,
        received: `${describeValue(name)}${names.has(name) ? ', for the second time' : ''}`,
        fix: 'two parameters of one name would be one tensor: rename one',
      });
    }
    names.add(name);
    try {
      expectShape(shape);
    } catch (error) {
      throw prefixPath(error, `${at}, ${name}`);
    }
    if (typeof init !== 'function')
      throw notWhatWasWanted(`${at}.init`, init, { what: 'an initializer', example: 'zerosInit' });
  }
}
