import { DYNAMIC, describeValue, formatShape, ValueError } from '@descent/core';
import type { FilePort } from '../inference/ports.ts';

/** What inputs are instead of what the file says: sizes, and names for axes of any size. */
export type GivenShapes = Readonly<Record<string, readonly (number | string)[]>>;

/**
 * `ports` with the given shapes, such as `['batch', 3, 224, 224]` for a file that was exported for one sample.
 * @throws ValueError for an input that the model does not have, another number of axes, and what is neither a size nor a name.
 */
export function withShapes(ports: readonly FilePort[], given: GivenShapes): readonly FilePort[] {
  const unknown = Object.keys(given).find((name) => !ports.some((port) => port.name === name));
  if (unknown !== undefined) {
    throw new ValueError('importOnnx was given a shape for an input that the network does not take', {
      path: 'shapes',
      received: unknown,
      expected: ports.map(({ name }) => name).join(', '),
    });
  }
  return ports.map((port) => {
    const shape = Object.hasOwn(given, port.name) ? given[port.name] : undefined;
    return shape === undefined ? port : shapedAs(port, shape);
  });
}

function shapedAs({ anyShape, ...port }: FilePort, given: readonly (number | string)[]): FilePort {
  const isAxis = (d: unknown): boolean => (typeof d === 'string' ? d !== '' : Number.isSafeInteger(d) && Number(d) > 0);
  const isShape = Array.isArray(given) && given.every(isAxis);
  if (!isShape || (anyShape !== true && given.length !== port.shape.length)) {
    throw new ValueError('importOnnx was given a shape that the input cannot have', {
      path: `shapes.${port.name}`,
      received: isShape ? `[${given.join(', ')}]` : describeValue(given),
      expected: `sizes, and names for axes of any size${anyShape === true ? '' : `, ${port.shape.length} in all, where the file has ${formatShape(port.shape)}`}`,
    });
  }
  return {
    ...port,
    shape: given.map((d) => (typeof d === 'string' ? DYNAMIC : d)),
    axes: given.map((d) => (typeof d === 'string' ? d : null)),
  };
}
