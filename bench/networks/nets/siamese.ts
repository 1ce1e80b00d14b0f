import {
  conv2d,
  flatten,
  layer,
  linear,
  maxPool2d,
  type Node,
  relu,
  rescale,
  sequential,
  tripletMargin,
  zeros,
} from '@descent/core';
import type { Network } from '../network.ts';

type Triplet = { readonly anchor: Node; readonly positive: Node; readonly negative: Node };

const [BATCH, SIDE, WIDTH] = [32, 28, 32];

/** One network looks at three images; what belongs together shall be nearer than what does not. */
export function siamese(): Network {
  const embed = sequential(
    rescale(1 / 255),
    conv2d(1, 16, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    conv2d(16, 32, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(32 * 7 * 7, WIDTH),
  );
  return {
    title: `siamese CNN with triplets, ${BATCH} triplets of ${SIDE} × ${SIDE}`,
    model: layer('siamese', { embed }, ({ anchor, positive, negative }: Triplet, { embed }) => ({
      anchor: embed(anchor),
      positive: embed(positive),
      negative: embed(negative),
    })),
    loss: tripletMargin(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => {
      const images = () => draws.bytes(BATCH, 1, SIDE, SIDE);
      return { x: { anchor: images(), positive: images(), negative: images() }, y: zeros([BATCH]) };
    },
  };
}
