// A small U-Net (Ronneberger and others 2015), which finds shapes on noise and says of each pixel what it belongs to.
import { join } from 'node:path';
import { exportOnnx } from '@descent/backend-onnx';
import {
  adam,
  batchNorm2d,
  conv2d,
  convTranspose2d,
  createPredictor,
  createTrainer,
  crossEntropy,
  fit,
  jaccard,
  type Layer,
  layer,
  maxPool2d,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { concat } from '@descent/core/ops';
import { loader, randomHorizontalFlip, randomVerticalFlip, subset } from '@descent/datasets';
import type { Example, Outcome, Run } from '../example.ts';
import { few } from '../lib/few.ts';
import { classTile, greyTile, rowOf, writeSheet } from '../lib/sheet.ts';
import { SIDE, shapes } from './shapes.ts';

const CLASSES = 4;
const SHOWN = 8;

export const unet: Example = {
  summary: 'a U-Net that tells circles, squares and triangles on noise, pixel by pixel',
  run,
};

/** Two convolutions that keep the size. */
function block(from: number, to: number): Layer {
  const half = (channels: number): readonly Layer[] => [
    conv2d(channels, to, 3, { padding: 1, bias: false }),
    batchNorm2d(to),
    relu(),
  ];
  return sequential(...half(from), ...half(to));
}

/** `[batch, 1, height, width] → [batch, classes, height, width]`; what is seen at each size goes straight over to where it is put together again. */
function network(width: number): Layer {
  return layer(
    'unet',
    {
      fine: block(1, width),
      middle: block(width, 2 * width),
      coarse: block(2 * width, 4 * width),
      shrink: maxPool2d(2),
      growMiddle: convTranspose2d(4 * width, 2 * width, 2, { stride: 2 }),
      joinMiddle: block(4 * width, 2 * width),
      growFine: convTranspose2d(2 * width, width, 2, { stride: 2 }),
      joinFine: block(2 * width, width),
      classes: conv2d(width, CLASSES, 1),
      rescale: rescale(1 / 255),
    },
    (x, of) => {
      const fine = of.fine(of.rescale(x));
      const middle = of.middle(of.shrink(fine));
      const coarse = of.coarse(of.shrink(middle));
      const up = of.joinMiddle(concat([middle, of.growMiddle(coarse)], 1));
      return of.classes(of.joinFine(concat([fine, of.growFine(up)], 1)));
    },
  );
}

async function run({ backend, seed, small, out, log }: Run): Promise<Outcome> {
  const [train, test] = [shapes(small ? 40 : 1500, seed), shapes(small ? 10 : 300, seed + 1)];
  const model = network(small ? 4 : 8);
  const loss = crossEntropy({ classAxis: 1 });
  const trainer = await createTrainer({
    model,
    loss,
    optimizer: adam({ lr: 3e-3 }),
    metrics: [jaccard()],
    backend,
    seed,
  });
  try {
    const { history } = await fit(trainer, {
      train: loader(train, {
        batchSize: 20,
        shuffle: true,
        seed,
        transform: [randomHorizontalFlip(), randomVerticalFlip()],
      }),
      test: loader(test, { batchSize: 10 }),
      epochs: small ? 2 : 8,
      log,
    });
    const parameters = await trainer.parameters();
    const sample = { shape: [1, SIDE, SIDE], dtype: 'uint8' } as const;
    const { maxAbsDifference } = await exportOnnx(model, {
      parameters,
      sample,
      loss,
      path: join(out, 'unet.onnx'),
      verify: { inputs: subset(test, few(small ? 2 : SHOWN)).x },
    });
    const predictor = await createPredictor({ model, parameters, sample, backend, loss });
    const pictures = subset(test, few(SHOWN)).x;
    const found = await predictor.predict(pictures).finally(() => predictor.dispose());
    await writeSheet(
      join(out, 'unet.png'),
      Array.from({ length: SHOWN }, (_, i) => [
        greyTile(rowOf(pictures, i)),
        classTile(rowOf(test.y, i)),
        classTile(mostLikely(rowOf(found, i))),
      ]),
      SIDE,
      SIDE,
    );
    log(`${join(out, 'unet.png')}: pictures, what is there, what was found`);
    return {
      curve: history.map(({ train: epoch }) => epoch.loss),
      numbers: {
        test_mean_iou: history.at(-1)?.test?.iou ?? Number.NaN,
        largest_difference_of_file: maxAbsDifference,
      },
    };
  } finally {
    trainer.dispose();
  }
}

/** The class of each pixel, of scores `[classes, height, width]`. */
function mostLikely(scores: ArrayLike<number>): Int32Array {
  const plane = scores.length / CLASSES;
  return Int32Array.from({ length: plane }, (_, p) => {
    let best = 0;
    for (let c = 1; c < CLASSES; c++) {
      if ((scores[c * plane + p] as number) > (scores[best * plane + p] as number)) best = c;
    }
    return best;
  });
}
