import type { NDArray, Prediction } from '@descent/core';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { atLeastZero, examples, gathered, integer, oneOf, pair } from '../options.ts';
import type { InputFormat } from '../predict/inputs.ts';
import { type Shard, shard } from '../predict/shard.ts';
import type { OutputFormat } from '../predict/writers.ts';
import type { ImageOverrides } from '../run/image-input.ts';
import type { ImageModel } from '../run/image-model.ts';

interface PredictOptions {
  readonly top: number;
  readonly fit?: 'contain' | 'fill' | 'mnist';
  readonly invert?: 'auto' | 'true' | 'false';
  readonly range?: readonly [number, number];
  readonly show?: boolean;
  readonly pictures?: string;
  readonly pixels?: 'picture' | 'network';
  readonly input?: InputFormat;
  readonly columns?: readonly string[];
  readonly x?: string;
  readonly text: readonly string[];
  readonly tokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly shard?: Shard | 'slurm';
  readonly batch: number;
  readonly out?: string;
  readonly format?: OutputFormat;
  readonly json?: boolean;
  readonly backend?: string;
}

export function addPredict(program: Command, io: Io): void {
  program
    .command('predict')
    .summary('ask a trained network about images or rows')
    .description(
      'Says what an ONNX model, or the network of a run, sees in images (PNG, JPEG or WebP), or makes of the rows of CSV, TSV, JSON lines and .npz files, of texts, or of what comes next in a series. Images and rows are prepared as those of training were: the model says how. Size, colours and class names come from it, too. Of several outputs each is told by its name. What cannot be read is told and counted; the others are answered.',
    )
    .argument('<model>', 'a .onnx file, or the folder of a run')
    .argument(
      '[inputs...]',
      'image files, files of rows: .csv, .tsv, .jsonl, .ndjson (gzipped or not), .npz, or of texts, one a line: .txt; - is standard input',
    )
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
    .option('--show', 'draw each image as it is, and as the network sees it; of masks also the classes')
    .option('--pictures <folder>', 'of a network of masks or boxes: write each image with what is seen painted over')
    .option(
      '--pixels <of>',
      "of boxes: in pixels of the 'picture' that is given, or of what the 'network' gets (default: picture)",
      oneOf('picture', 'network'),
    )
    .option(
      '--input <format>',
      'what the inputs are, whatever they are called (default: by the name; JSON lines for -)',
      oneOf('csv', 'tsv', 'jsonl', 'npz', 'text', 'image'),
    )
    .option(
      '--columns <a,b,c>',
      'of rows: which columns the network takes, in order (default: as in training, else all)',
      names,
    )
    .option('--text <text>', 'a text to ask about, or to go on with; as often as wanted', gathered, [])
    .option('--tokens <n>', 'of a language model: how many tokens are added', integer(1), 100)
    .option(
      '--temperature <t>',
      'of a language model: how freely tokens are drawn; 0 takes the likeliest',
      atLeastZero,
      1,
    )
    .option('--seed <n>', 'of a language model: of what is drawn', integer(0), 0)
    .option('--x <array>', 'of a .npz file: the array of samples (default: x, or the only one)')
    .option(
      '--shard <i/n>',
      'only the i-th of n equal parts of the inputs; slurm takes that of the task of a job array',
      shard,
    )
    .option('--batch <n>', 'how many are asked about at once', integer(1), 64)
    .option('--out <file>', 'write the answers: .json, .jsonl, .csv or .npz')
    .option(
      '--format <format>',
      'what to write, to the file or to standard output',
      oneOf('json', 'jsonl', 'csv', 'npz'),
    )
    .option('--backend <name>', 'for a run: instead of the one that its config names for inference')
    .option('--json', 'the same as --format json: a list with one object for each')
    .addHelpText(
      'after',
      examples(
        'descent predict runs/lenet/model.onnx digit.png',
        'descent predict runs/lenet digit.png --backend tfjs:wasm',
        'descent predict model.onnx *.jpg --top 1 --json',
        'descent predict model.onnx scan.png --invert true --fit fill',
        'descent predict runs/lenet photo.jpg --fit mnist --show',
        'descent predict runs/streets street.png --pictures seen',
        'descent predict runs/flats flats.csv --out rents.csv',
        'cat rows.jsonl | descent predict model.onnx - --format jsonl',
        'echo "a fine film" | descent predict runs/reviews - --input text',
        'descent predict runs/power power.csv',
        'descent predict runs/book --text "Call me" --tokens 300 --temperature 0.8',
        'descent predict model.onnx large.csv --shard 3/8 --out part-3.jsonl',
      ),
    )
    .action((model: string, inputs: readonly string[], options: PredictOptions) => predict(model, inputs, options, io));
}

function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

async function predict(path: string, inputs: readonly string[], options: PredictOptions, io: Io): Promise<void> {
  const { predict: ask } = await import('../predict/predict.ts');
  const {
    top,
    backend,
    input,
    columns,
    x,
    batch,
    out,
    json = false,
    show = false,
    pictures,
    pixels = 'picture',
  } = options;
  const { format = json ? 'json' : undefined } = options;
  if (json && format !== 'json') {
    throw new UsageError('--json and --format say different things', {
      received: `--json --format ${format}`,
      fix: 'leave one of them out',
    });
  }
  const images = overridesOf(options);
  const { text: texts, tokens, temperature, seed } = options;
  const generation = { tokens, temperature, seed };
  const wanted = {
    texts,
    generation,
    top,
    images,
    backend,
    input,
    columns,
    x,
    shard: options.shard,
    batchSize: batch,
    out,
    format,
    show,
    pixels,
    pictures,
  };
  await ask(path, inputs, wanted, io);
}

function overridesOf({ fit, invert, range }: PredictOptions): ImageOverrides {
  return {
    ...(fit !== undefined && { fit }),
    ...(invert !== undefined && { invert: invert === 'auto' ? invert : invert === 'true' }),
    ...(range !== undefined && { range }),
  };
}

/** The `top` classes of one image; a file of a fixed batch gets the image that often. */
export async function ask(
  model: Pick<ImageModel, 'input' | 'topK'>,
  x: NDArray,
  top: number,
): Promise<readonly Prediction[]> {
  const batch = Math.max(1, model.input.shape[0] ?? 1);
  const data = new (x.data.constructor as Uint8ArrayConstructor)(batch * x.data.length);
  for (let i = 0; i < batch; i++) data.set(x.data as Uint8Array, i * x.data.length);
  const [first] = await model.topK({ dtype: x.dtype, shape: [batch, ...x.shape.slice(1)], data }, top);
  return first ?? [];
}
