// Nodes that one ONNX operator computes, for files: whoever reads them sees what was meant, and other runtimes have a kernel for it.
import { type Graph, type LoweringInfo, mapBodies, type Node } from '@descent/core/backend';
import type { Known } from '@descent/core/ops';
import type { Context, Operators } from '../lowerings/context.ts';
import type { Value } from '../model/value.ts';
import { applyRules, type Rule } from '../rules.ts';
import { element, elementOp } from './elements.ts';
import { fakeQuantize, writeFakeQuantize } from './fake-quantize.ts';
import { type Inputs, knownOf } from './known.ts';
import { batchNorm, rmsNorm } from './norms.ts';
import type { OperatorAttrs, WriteOperator } from './operator.ts';
import { recurrent, writeRecurrent } from './recurrent.ts';
import { pad, pixelShuffle, resize, writePad, writeResize } from './shapes.ts';
import { biased, convolution, pool, wholeMean } from './windows.ts';

function withOperators(graph: Graph, opset: number): Graph {
  const rules: readonly Rule[] = [
    (n) => knownOperator(n, opset),
    (n) => elementOp(n, opset),
    (n) => rmsNorm(n, opset),
    fakeQuantize,
    wholeMean,
    biased,
  ];
  return mapBodies(applyRules(graph, rules), (body) => withOperators(body, opset));
}

function knownOperator(n: Node, opset: number): Node | null {
  const found = knownOf(n);
  return found === null ? null : operatorOf(n, found.known, found.inputs, opset);
}

function operatorOf(n: Node, known: Known, inputs: Inputs, opset: number): Node | null {
  switch (known.call) {
    case 'lstm':
    case 'gru':
      return recurrent(n, known, inputs);
    case 'conv':
    case 'convTranspose':
      return convolution(n, known, inputs);
    case 'maxPool':
    case 'avgPool':
      return pool(n, known, inputs);
    case 'batchNorm':
      return batchNorm(n, known, inputs);
    case 'resize':
      return resize(n, known, inputs);
    case 'pad':
      return pad(n, known, inputs, opset);
    case 'pixelShuffle':
      return pixelShuffle(n, known, inputs);
    case 'leakyRelu':
    case 'prelu':
    case 'softsign':
    case 'hardsigmoid':
    case 'hardswish':
      return element(n, known, inputs, opset);
  }
}

/** Operators that are more than their node says. */
const WRITERS: Readonly<Record<string, WriteOperator>> = {
  FakeQuantize: writeFakeQuantize,
  GRU: writeRecurrent,
  LSTM: writeRecurrent,
  Pad: writePad,
  Resize: writeResize,
};

function writeOperator(operands: readonly Value[], { attrs }: LoweringInfo<OperatorAttrs>, context: Context): Value {
  const { type, attributes, output } = attrs;
  const write = WRITERS[type];
  return write === undefined
    ? context.builder.add(type, operands, output, attributes)
    : write(operands, attrs, context);
}

export const operators: Operators = { replace: withOperators, write: writeOperator };
