import { DTypeError, DYNAMIC, formatShape, type Node, ShapeError } from '@descent/core';
import { cast } from '@descent/core/ops';
import { type FilePort, formatPort } from '../inference/ports.ts';

/** What is given for an input of an imported network, in its type. Throws where it does not fit what the file says, or nothing is given. */
export function expectInput(port: FilePort, given: Node | undefined): Node {
  if (given === undefined) {
    throw new ShapeError(`the imported network is not given its input '${port.name}'`, {
      received: 'nothing of that name',
      expected: formatPort(port),
      fix: `give all inputs by name: { '${port.name}': x, … }`,
    });
  }
  const { dtype, shape } = given.type;
  const { anyShape = false } = port;
  const fits = anyShape || (shape.length === port.shape.length && shape.every((d, i) => fitsSize(d, port.shape[i])));
  if (!fits) {
    throw new ShapeError(`the input '${port.name}' of the imported network does not fit`, {
      received: `${dtype}${formatShape(shape)}`,
      expected: formatPort(port),
      fix: `resize the samples to what the model was exported for; for another batch size, import it with an open axis: { shapes: { '${port.name}': ['batch', …] } }`,
    });
  }
  if (dtype === port.dtype) return given;
  // Bytes are integers, too: nothing is lost.
  if (port.dtype === 'int32' && (dtype === 'uint8' || dtype === 'bool')) return cast(given, 'int32');
  throw new DTypeError(`the input '${port.name}' of the imported network has another type`, {
    received: dtype,
    expected: port.dtype,
    fix: `convert it in front of the network: cast(x, '${port.dtype}')`,
  });
}

function fitsSize(given: number, wanted: number | undefined): boolean {
  return wanted === DYNAMIC || given === wanted;
}
