import { expectNumber, expectOptions } from '../../options.ts';

/** The axis among the options of the layer `what`: the last by default. */
export function axisOf(what: string, options: { readonly axis?: number }): number {
  expectOptions(what, options, ['axis']);
  const { axis = -1 } = options;
  expectNumber(`${what}.axis`, axis);
  return axis;
}
