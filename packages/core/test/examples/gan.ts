import { adam, bceWithLogits, layer, linear, lossOn, type Node, relu, sequential, weightedSum } from '@descent/core';

const parts = {
  generator: sequential(linear(2, 16), relu(), linear(16, 2)),
  discriminator: sequential(linear(2, 16), relu(), linear(16, 1)),
};
/** What the discriminator says of real points, and of those that the generator makes of noise. */
const judge = layer(
  'judge',
  parts,
  (x: { readonly real: Node; readonly noise: Node }, { generator, discriminator }) => ({
    real: discriminator(x.real),
    fake: discriminator(generator(x.noise)),
  }),
);
/** The points that the generator makes of noise, and what the discriminator says of them. */
const forge = layer('forge', parts, (noise: Node, { generator, discriminator }) => {
  const points = generator(noise);
  return { points, verdict: discriminator(points) };
});
const yesOrNo = <Name extends 'real' | 'fake'>(name: Name) => lossOn({ output: name, target: name }, bceWithLogits());
const both = weightedSum({ loss: yesOrNo('real'), weight: 1 }, { loss: yesOrNo('fake'), weight: 1 });
const verdict = lossOn({ output: 'verdict' }, bceWithLogits());

/** A generative adversarial network (Goodfellow et al. 2014) on points of the plane: two networks of the same parts, trained in turn. */
export const gan = {
  discriminator: { model: judge, loss: both, optimizer: adam({ lr: 0.01 }), freeze: /^generator/ },
  generator: { model: forge, loss: verdict, optimizer: adam({ lr: 0.02 }), freeze: /^discriminator/ },
};
