import { type Layer, type Loss, layer, linear, type Node, sequential, tanh } from '@descent/core';
import { add, exp, mean, mul, sub, sum } from '@descent/core/ops';

export type VaeOutput = { readonly output: Node; readonly mean: Node; readonly logVariance: Node };

/** A variational autoencoder (Kingma & Welling 2014): `[batch, inputs]` → the input again, and the distribution of the code. */
export function vae(inputs: number, hidden: number, code: number): Layer<Node, VaeOutput> {
  const encode = sequential(linear(inputs, hidden), tanh());
  const decode = sequential(linear(code, hidden), tanh(), linear(hidden, inputs));
  const parts = { encode, toMean: linear(hidden, code), toLogVariance: linear(hidden, code), decode };
  return layer('vae', parts, (x: Node, { encode, toMean, toLogVariance, decode }, { training, random }) => {
    const h = encode(x);
    const [mu, logVariance] = [toMean(h), toLogVariance(h)];
    const noise = (): Node => random({ kind: 'normal', mean: 0, std: 1 }, mu.type.shape);
    const z = training ? add(mu, mul(exp(mul(logVariance, 0.5)), noise())) : mu;
    return { output: decode(z), mean: mu, logVariance };
  });
}

/** Squared error and the divergence of the code from a standard normal, by sample. */
export const elbo: Loss<VaeOutput> = {
  label: 'elbo',
  apply({ output, mean: mu, logVariance }, x) {
    const error = sub(output, x);
    const divergence = mul(sum(sub(add(mul(mu, mu), exp(logVariance)), add(logVariance, 1)), { axes: [1] }), 0.5);
    return mean(add(sum(mul(error, error), { axes: [1] }), divergence));
  },
};
