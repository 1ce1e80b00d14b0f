import { resolve } from 'node:path';
import { DescentError, formatShape, type NDArray, type Prediction } from '@descent/core';
import type { Command } from 'commander';
import { type Io, print } from '../io.ts';
import { examples, integer, oneOf } from '../options.ts';
import type { ImageModel } from '../run/image-model.ts';
import { barChart } from '../ui/bars.ts';

type Invert = 'auto' | 'true' | 'false';

interface PredictOptions {
  readonly top: number;
  readonly invert: Invert;
  readonly json?: boolean;
  readonly backend?: string;
}

export function addPredict(program: Command, io: Io): void {
  program
    .command('predict')
    .summary('ask a trained network about images')
    .description(
      'Says what an ONNX model, or the network of a run, sees in images (PNG, JPEG or WebP). Size, colours and class names come from the model; images of another size are resized with their proportions kept.',
    )
    .argument('<model>', 'a .onnx file, or the folder of a run')
    .argument('<images...>', 'image files')
    .option('--top <k>', 'how many classes to show', integer(1), 3)
    .option(
      '--invert <when>',
      "exchange dark and bright: 'true', 'false', or 'auto' when the background is not that of the training images",
      oneOf<Invert>('auto', 'true', 'false'),
      'auto',
    )
    .option('--backend <name>', 'for a run: instead of the one that its config names for inference')
    .option('--json', 'print JSON: a list with one object for each image')
    .addHelpText(
      'after',
      examples(
        'descent predict runs/lenet/model.onnx digit.png',
        'descent predict runs/lenet digit.png --backend tfjs:wasm',
        'descent predict model.onnx *.jpg --top 1 --json',
        'descent predict model.onnx scan.png --invert true',
      ),
    )
    .action((model: string, images: readonly string[], options: PredictOptions) => predict(model, images, options, io));
}

async function predict(path: string, images: readonly string[], options: PredictOptions, io: Io): Promise<void> {
  const { openImageModel } = await import('../run/image-model.ts');
  const model = await openImageModel(resolve(io.cwd, path), options.backend);
  try {
    const results: { readonly image: string; readonly predictions: readonly Prediction[] }[] = [];
    for (const image of images) {
      const x = await openImage(resolve(io.cwd, image), model, path, options.invert);
      results.push({ image, predictions: await ask(model, x, options.top) });
    }
    if (options.json === true) {
      print(io.out, JSON.stringify(results, null, 2));
      return;
    }
    for (const { image, predictions } of results) {
      print(io.out, `${image}: ${io.out.colors.bold(predictions[0]?.label ?? 'nothing')}`);
      print(io.out, barChart(predictions, io.out));
    }
  } finally {
    await model.dispose();
  }
}

/** The `top` classes of one image; a file of a fixed batch gets the image that often. */
export async function ask(model: ImageModel, x: NDArray, top: number): Promise<readonly Prediction[]> {
  const batch = Math.max(1, model.input.shape[0] ?? 1);
  const data = new (x.data.constructor as Uint8ArrayConstructor)(batch * x.data.length);
  for (let i = 0; i < batch; i++) data.set(x.data as Uint8Array, i * x.data.length);
  const [first] = await model.topK({ dtype: x.dtype, shape: [batch, ...x.shape.slice(1)], data }, top);
  return first ?? [];
}

/** An image file as the model takes it, `[1, channels, height, width]`: bytes, or floats from 0 to 1. */
export async function openImage(file: string, model: ImageModel, path: string, invert: Invert): Promise<NDArray> {
  const { loadImage } = await import('@descent/datasets');
  const { channels, height, width } = imageSize(model, path);
  const background = model.preprocessing?.background;
  // loadImage's 'auto' makes every background dark.
  const turn = invert === 'auto' ? (background === undefined ? false : 'auto') : invert === 'true';
  const { shape, data } = await loadImage(file, { width, height, channels, invert: turn });
  const bytes = invert === 'auto' && background === 'light' ? data.map((v) => 255 - v) : data;
  if (model.input.dtype === 'uint8') return { dtype: 'uint8', shape, data: bytes };
  return { dtype: 'float32', shape, data: Float32Array.from(bytes, (v) => v / 255) };
}

function imageSize(
  { input }: ImageModel,
  path: string,
): { readonly channels: 1 | 3; readonly height: number; readonly width: number } {
  const [, channels, height, width] = input.shape;
  const fits =
    input.shape.length === 4 && (channels === 1 || channels === 3) && height !== undefined && width !== undefined;
  if (!fits || height < 1 || width < 1 || (input.dtype !== 'uint8' && input.dtype !== 'float32')) {
    throw new DescentError('this model does not take images', {
      path,
      received: `input '${input.name}': ${input.dtype}${formatShape(input.shape)}`,
      expected: 'uint8 or float32 [batch, 1 or 3, height, width], of a fixed height and width',
      fix: 'train on images of that shape and let flatten() be a layer of the network',
    });
  }
  return { channels, height, width };
}
