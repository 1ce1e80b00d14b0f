import { gradients, type Node } from '@descent/core';
import { graph, type Program } from '@descent/core/backend';
import * as ops from '@descent/core/ops';

const [BATCH, FEATURES, UNITS, CLASSES] = [20, 28, 64, 10];

/** A training step of an LSTM over so many steps of time, all of them unrolled: one long graph. */
export function lstmProgram(steps: number): Program {
  const x = ops.input('x', [BATCH, steps, FEATURES]);
  const y = ops.input('y', [BATCH], 'int32');
  const parameters = {
    'lstm.weight_ih': ops.input('lstm.weight_ih', [4 * UNITS, FEATURES]),
    'lstm.weight_hh': ops.input('lstm.weight_hh', [4 * UNITS, UNITS]),
    'lstm.bias': ops.input('lstm.bias', [4 * UNITS]),
    'out.weight': ops.input('out.weight', [CLASSES, UNITS]),
  };
  const h = hidden(x, parameters['lstm.weight_ih'], parameters['lstm.weight_hh'], parameters['lstm.bias'], steps);
  const loss = ops.mean(ops.softmaxCrossEntropy(ops.matmul(h, parameters['out.weight'], { transposeB: true }), y));
  const grads = gradients(loss, Object.values(parameters));
  const updates = Object.entries(parameters).map(
    ([name, p], i) => [name, ops.sub(p, ops.mul(grads[i] as Node, 0.1))] as const,
  );
  const names = Object.keys(parameters);
  return { graph: graph({ loss, ...Object.fromEntries(updates) }), reads: names, writes: names };
}

/** The hidden state after the last step. */
function hidden(x: Node, weightIh: Node, weightHh: Node, bias: Node, steps: number): Node {
  let h: Node = ops.broadcastTo(ops.scalar(0), [BATCH, UNITS]);
  let c = h;
  for (let t = 0; t < steps; t++) {
    const now = ops.reshape(ops.slice(x, { axis: 1, start: t, end: t + 1 }), [BATCH, FEATURES]);
    const ofInput = ops.matmul(now, weightIh, { transposeB: true });
    const gates = ops.add(ops.add(ofInput, ops.matmul(h, weightHh, { transposeB: true })), bias);
    const gate = (i: number): Node => ops.slice(gates, { axis: 1, start: i * UNITS, end: (i + 1) * UNITS });
    c = ops.add(ops.mul(ops.sigmoid(gate(1)), c), ops.mul(ops.sigmoid(gate(0)), ops.tanh(gate(2))));
    h = ops.mul(ops.sigmoid(gate(3)), ops.tanh(c));
  }
  return h;
}
