import { type Layer, layer, linear, type Node, ndarray, parameter, sequential, uniform } from '@descent/core';
import { add, constant, matmul, mul, reshape, sigmoid, slice, split, sub, tanh } from '@descent/core/ops';

/** A gated recurrent unit over the whole sequence (Cho et al. 2014), with PyTorch's gates: `[batch, time, inputs] → [batch, hidden]`, the last state. */
export function gru(inputs: number, hidden: number): Layer {
  const init = uniform({ low: -1 / Math.sqrt(hidden), high: 1 / Math.sqrt(hidden) });
  const parts = {
    weight_ih: parameter([3 * hidden, inputs], { init }),
    weight_hh: parameter([3 * hidden, hidden], { init }),
    bias_ih: parameter([3 * hidden], { init }),
    bias_hh: parameter([3 * hidden], { init }),
  };
  return layer(`gru(${inputs} → ${hidden})`, parts, (x, { weight_ih, weight_hh, bias_ih, bias_hh }) => {
    const [batch, time] = x.type.shape as [number, number];
    const gates = (t: Node): readonly Node[] => split(t, [hidden, hidden, hidden], 1);
    let h = constant(ndarray('float32', [batch, hidden], new Float32Array(batch * hidden)));
    for (let t = 0; t < time; t++) {
      const now = reshape(slice(x, { axis: 1, start: t, end: t + 1 }), [batch, inputs]);
      const [ri, zi, ni] = gates(add(matmul(now, weight_ih, { transposeB: true }), bias_ih)) as [Node, Node, Node];
      const [rh, zh, nh] = gates(add(matmul(h, weight_hh, { transposeB: true }), bias_hh)) as [Node, Node, Node];
      const update = sigmoid(add(zi, zh));
      const candidate = tanh(add(ni, mul(sigmoid(add(ri, rh)), nh)));
      h = add(candidate, mul(update, sub(h, candidate)));
    }
    return h;
  });
}

export const classifier: Layer = sequential(gru(3, 8), linear(8, 3));
