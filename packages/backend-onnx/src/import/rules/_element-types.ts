import { BackendError } from '@descent/core';
import { elementName } from '../../model/element-names.ts';
import { type ImportedNode, nodeTitle } from '../graph.ts';
import { dtypeOf, type ElementType } from '../known.ts';

/** ONNX's number of an element type. Throws a `BackendError` for texts and others that networks do not compute with. */
export function elementTypeOf(node: ImportedNode, type: number): ElementType {
  const name = elementName(type);
  if (dtypeOf(name) !== undefined) return name as ElementType;
  throw new BackendError('the operator gives an element type that cannot be imported', {
    path: nodeTitle(node),
    received: name,
    expected: 'numbers or booleans',
    fix: 'export the network without it',
  });
}
