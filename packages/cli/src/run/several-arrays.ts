import { DescentError, formatShape, type Shape } from '@descent/core';

/** What a network takes under a name. */
export interface NamedInput {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
}

/** The error for a network that a picture alone is not enough for. */
export function severalArrays(path: string, inputs: readonly NamedInput[]): DescentError {
  return new DescentError('the network takes several arrays, not a picture', {
    path,
    received: inputs.map(({ name, dtype, shape }) => `${name} ${dtype}${formatShape(shape)}`).join(', '),
    expected: 'a network of pictures',
    fix: 'ask it in a program: loadOnnx(file) of @descent/backend-onnx, then run({ … }) with an array for each name',
  });
}

/** The error for a network that gives more than the classes of a picture. */
export function severalOutputs(path: string, names: readonly string[]): DescentError {
  return new DescentError('the network gives several outputs, not the classes of a picture', {
    path,
    received: names.join(', '),
    expected: 'a network of one output',
    fix: 'ask it in a program: loadOnnx(file) of @descent/backend-onnx, then run({ … }), which gives an array for each name',
  });
}
