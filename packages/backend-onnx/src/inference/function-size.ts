import { BackendError } from '@descent/core';
import type { ModelProto, NodeProto } from '../proto/onnx-pb.ts';

/** ONNX Runtime puts functions where they are called; real models stay far below both. */
const MAX_NODES = 1e6;
const MAX_DEPTH = 100;

/**
 * Throws a `BackendError` when the functions of `model` call each other so that ONNX Runtime would be busy for ever: a few that each call
 * the next one twice are enough.
 */
export function expectBoundedFunctions(model: ModelProto, path: string): void {
  if (model.functions.length === 0) return;
  const functions = new Map(model.functions.map((f) => [`${f.domain}\0${f.name}\0${f.overload}`, f.node]));
  const sizes = new Map<string, number>();
  const refuse = (received: string, expected: string): never => {
    throw new BackendError('the functions of the model do not come to an end', {
      path,
      received,
      expected,
      fix: 'do not use this file unless you know where it comes from; export the model again without local functions',
    });
  };
  const sizeOf = (nodes: readonly NodeProto[], depth: number): number => {
    if (depth > MAX_DEPTH) return refuse('functions that call each other in a circle', `${MAX_DEPTH} levels at most`);
    let size = nodes.length;
    for (const n of nodes) {
      const called = `${n.domain}\0${n.opType}\0${n.overload}`;
      const body = functions.get(called);
      if (body !== undefined) {
        const known = sizes.get(called) ?? sizeOf(body, depth + 1);
        sizes.set(called, known);
        size += known;
      }
      for (const a of n.attribute) {
        for (const g of a.g === undefined ? a.graphs : [a.g, ...a.graphs]) size += sizeOf(g.node, depth + 1);
      }
      if (size > MAX_NODES) return refuse(`more than ${MAX_NODES} nodes once they stand in place`, 'fewer');
    }
    return size;
  };
  sizeOf(model.graph?.node ?? [], 0);
}
