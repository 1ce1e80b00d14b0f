import { resolve } from 'node:path';
import { DescentError, type NDArray, type Prediction } from '@descent/core';
import type { Command } from 'commander';
import { type Io, print, warn } from '../io.ts';
import { examples, integer, oneOf, pair } from '../options.ts';
import type { ImageInput, ImageOverrides } from '../run/image-input.ts';
import type { ImageModel } from '../run/image-model.ts';
import { barChart } from '../ui/bars.ts';

interface PredictOptions {
  readonly top: number;
  readonly fit?: 'contain' | 'fill' | 'mnist';
  readonly invert?: 'auto' | 'true' | 'false';
  readonly range?: readonly [number, number];
  readonly json?: boolean;
  readonly backend?: string;
}

/** What is said about one picture. */
type Answer =
  | { readonly image: string; readonly predictions: readonly Prediction[]; readonly inverted: boolean }
  | { readonly image: string; readonly error: string };

export function addPredict(program: Command, io: Io): void {
  program
    .command('predict')
    .summary('ask a trained network about images')
    .description(
      'Says what an ONNX model, or the network of a run, sees in images (PNG, JPEG or WebP). Images are prepared as the training images were: the model says how. Size, colours and class names come from it, too.',
    )
    .argument('<model>', 'a .onnx file, or the folder of a run')
    .argument('<images...>', 'image files')
    .option('--top <k>', 'how many classes to show', integer(1), 3)
    .option(
      '--fit <how>',
      "for images of another size: 'contain' keeps proportions and pads, 'fill' stretches, 'mnist' cuts out what is drawn and centres it as MNIST did (default: as in training)",
      oneOf('contain', 'fill', 'mnist'),
    )
    .option(
      '--invert <when>',
      "exchange dark and bright: 'true', 'false', or 'auto' for each image with a bright border (default: as in training; 'auto' for sets like MNIST)",
      oneOf('auto', 'true', 'false'),
    )
    .option('--range <black,white>', 'what black and white are in the input (default: as in training)', pair)
    .option('--backend <name>', 'for a run: instead of the one that its config names for inference')
    .option('--json', 'print JSON: a list with one object for each image')
    .addHelpText(
      'after',
      examples(
        'descent predict runs/lenet/model.onnx digit.png',
        'descent predict runs/lenet digit.png --backend tfjs:wasm',
        'descent predict model.onnx *.jpg --top 1 --json',
        'descent predict model.onnx scan.png --invert true --fit fill',
      ),
    )
    .action((model: string, images: readonly string[], options: PredictOptions) => predict(model, images, options, io));
}

async function predict(path: string, images: readonly string[], options: PredictOptions, io: Io): Promise<void> {
  const { openImageModel } = await import('../run/image-model.ts');
  const { imageInput } = await import('../run/image-input.ts');
  const model = await openImageModel(resolve(io.cwd, path), options.backend, io);
  try {
    warn(model.warnings ?? [], io);
    expectClasses(model, path);
    const input = imageInput(model, path, overridesOf(options));
    for (const note of input.notes) print(io.err, `${io.err.colors.yellow('note:')} ${note}`);
    const answers: Answer[] = [];
    for (const image of images) {
      const answer = await answerTo(image, model, input, options.top, images.length, io);
      if (options.json !== true) show(answer, io);
      answers.push(answer);
    }
    if (options.json === true) print(io.out, JSON.stringify(answers, null, 2));
    const failed = answers.filter((answer) => 'error' in answer).length;
    if (failed === 0) return;
    throw new DescentError(`${failed} of ${images.length} images could not be read`);
  } finally {
    await model.dispose();
  }
}

function expectClasses({ outputKind }: ImageModel, path: string): void {
  if (outputKind !== 'values') return;
  throw new DescentError('this model predicts numbers, not classes', {
    path,
    received: 'an output of values that stand for themselves',
    expected: 'logits or probabilities of classes',
    fix: 'in a program, createPredictor or loadOnnx give the numbers: predictor.predict(x)',
  });
}

function overridesOf({ fit, invert, range }: PredictOptions): ImageOverrides {
  return {
    ...(fit !== undefined && { fit }),
    ...(invert !== undefined && { invert: invert === 'auto' ? invert : invert === 'true' }),
    ...(range !== undefined && { range }),
  };
}

/** One picture that cannot be read is no reason to say nothing about the others. */
async function answerTo(
  image: string,
  model: ImageModel,
  input: ImageInput,
  top: number,
  count: number,
  io: Io,
): Promise<Answer> {
  const { openImage } = await import('../run/image-input.ts');
  const opened = await openImage(resolve(io.cwd, image), model, input).catch((error: unknown) => {
    if (count === 1 || !(error instanceof DescentError)) throw error;
    return error;
  });
  if (opened instanceof DescentError) return { image, error: opened.message };
  return { image, predictions: await ask(model, opened.x, top), inverted: opened.inverted };
}

function show(answer: Answer, io: Io): void {
  if ('error' in answer) {
    print(io.err, `${io.err.colors.red('error:')} ${answer.error}`);
    return;
  }
  const { image, predictions, inverted } = answer;
  print(io.out, `${image}: ${io.out.colors.bold(predictions[0]?.label ?? 'nothing')}`);
  if (inverted) print(io.out, io.out.colors.dim('  dark and bright were exchanged'));
  print(io.out, barChart(predictions, io.out));
}

/** The `top` classes of one image; a file of a fixed batch gets the image that often. */
export async function ask(model: ImageModel, x: NDArray, top: number): Promise<readonly Prediction[]> {
  const batch = Math.max(1, model.input.shape[0] ?? 1);
  const data = new (x.data.constructor as Uint8ArrayConstructor)(batch * x.data.length);
  for (let i = 0; i < batch; i++) data.set(x.data as Uint8Array, i * x.data.length);
  const [first] = await model.topK({ dtype: x.dtype, shape: [batch, ...x.shape.slice(1)], data }, top);
  return first ?? [];
}
