import { type Layer, type Loss, layer, linear, type Node, ndarray, relu, sequential } from '@descent/core';
import { add, exp, mean, mul, softplus, sub, sum } from '@descent/core/ops';
import type { Network } from '../network.ts';

type Input = { readonly image: Node; readonly noise: Node };
type Output = { readonly output: Node; readonly mean: Node; readonly logVariance: Node };

const [BATCH, PIXELS, HIDDEN, CODE] = [128, 784, 400, 20];

/** A variational autoencoder (Kingma & Welling 2014) of images of pixels from 0 to 1. The noise comes with the batch, so that both sides have the same. */
export function vae(): Network {
  return {
    title: `VAE ${PIXELS}-${HIDDEN}-${CODE}, ${BATCH} images`,
    model: model(),
    loss: elbo,
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => {
      const bytes = draws.bytes(BATCH, PIXELS);
      const image = ndarray(
        'float32',
        bytes.shape,
        Float32Array.from(bytes.data as Uint8Array, (byte) => byte / 255),
      );
      return { x: { image, noise: draws.normal(BATCH, CODE) }, y: image };
    },
  };
}

function model(): Layer<Input, Output> {
  const parts = {
    encode: sequential(linear(PIXELS, HIDDEN), relu()),
    toMean: linear(HIDDEN, CODE),
    toLogVariance: linear(HIDDEN, CODE),
    decode: sequential(linear(CODE, HIDDEN), relu(), linear(HIDDEN, PIXELS)),
  };
  return layer('vae', parts, ({ image, noise }: Input, { encode, toMean, toLogVariance, decode }) => {
    const h = encode(image);
    const [mu, logVariance] = [toMean(h), toLogVariance(h)];
    return { output: decode(add(mu, mul(exp(mul(logVariance, 0.5)), noise))), mean: mu, logVariance };
  });
}

/** Cross entropy of each pixel and the divergence of the code from a standard normal, by sample. */
const elbo: Loss<Output> = {
  label: 'elbo',
  apply({ output, mean: mu, logVariance }, image) {
    const pixels = sum(sub(softplus(output), mul(output, image)), { axes: [1] });
    const divergence = mul(sum(sub(add(mul(mu, mu), exp(logVariance)), add(logVariance, 1)), { axes: [1] }), 0.5);
    return mean(add(pixels, divergence));
  },
};
