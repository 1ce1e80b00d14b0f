import { type Layer, layer, type Node, parameter, uniformInit, zeros } from '@descent/core';
import { add, constant, matmul, mul, reshape, sigmoid, slice, split, sub, tanh } from '@descent/core/ops';

/** A gated recurrent unit over the whole sequence (Cho et al. 2014), with PyTorch's gates: `[batch, time, inputs] → [batch, hidden]`, the last state. */
export function gru(inputs: number, hidden: number): Layer {
  const init = uniformInit({ low: -1 / Math.sqrt(hidden), high: 1 / Math.sqrt(hidden) });
  const parts = {
    ...{ weight_ih: parameter([3 * hidden, inputs], { init }), bias_ih: parameter([3 * hidden], { init }) },
    ...{ weight_hh: parameter([3 * hidden, hidden], { init }), bias_hh: parameter([3 * hidden], { init }) },
  };
  return layer(`gru(${inputs} → ${hidden})`, parts, (x, { weight_ih, weight_hh, bias_ih, bias_hh }) => {
    const [batch, time] = x.type.shape as [number, number];
    const gates = (t: Node, weight: Node, bias: Node): [Node, Node, Node] =>
      split(add(matmul(t, weight, { transposeB: true }), bias), [hidden, hidden, hidden], 1) as [Node, Node, Node];
    let h = constant(zeros([batch, hidden]));
    for (let t = 0; t < time; t++) {
      const now = reshape(slice(x, { axis: 1, start: t, end: t + 1 }), [batch, inputs]);
      const [ri, zi, ni] = gates(now, weight_ih, bias_ih);
      const [rh, zh, nh] = gates(h, weight_hh, bias_hh);
      const candidate = tanh(add(ni, mul(sigmoid(add(ri, rh)), nh)));
      h = add(candidate, mul(sigmoid(add(zi, zh)), sub(h, candidate)));
    }
    return h;
  });
}
