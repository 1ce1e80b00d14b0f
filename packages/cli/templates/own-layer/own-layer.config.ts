import { defineConfig } from '@descent/cli';
import { flatten, kaimingUniform, layer, linear, parameter, rescale, sequential, sgd, zerosInit } from '@descent/core';
import { add, matmul, mul, sigmoid, transpose } from '@descent/core/ops';

/**
 * A gated layer `[batch, inFeatures] → [batch, outFeatures]`: `(x·Wᵀ) · sigmoid(x·Vᵀ + b)` (Dauphin et al. 2017).
 * What is listed as its parts becomes parameters of the network; their gradients follow from the operations.
 */
function gated(inFeatures: number, outFeatures: number) {
  const weight = () => parameter([outFeatures, inFeatures], { init: kaimingUniform() });
  return layer(
    `gated(${inFeatures} → ${outFeatures})`,
    { weight: weight(), gate: weight(), bias: parameter([outFeatures], { init: zerosInit }) },
    (x, p) => mul(matmul(x, transpose(p.weight)), sigmoid(add(matmul(x, transpose(p.gate)), p.bias))),
  );
}

export default defineConfig({
  model: sequential(rescale(1 / 255), flatten(), gated(784, 128), linear(128, 10)),
  data: 'mnist-sample',
  optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
  batchSize: 50,
  epochs: 8,
});
