import { resolve } from 'node:path';
import { DescentError } from '@descent/core';
import { elsewhere, InterruptedError, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { type ImageInput, type ImageOverrides, imageInput, openImage } from '../run/image-input.ts';
import { type OpenModel, openModel } from '../run/open-model.ts';
import { type NamedInput, severalArrays } from '../run/several-arrays.ts';
import { count } from '../ui/count.ts';
import { createCounter } from '../ui/counter.ts';
import { type Answer, answersTo } from './answers.ts';
import { type BoxPixels, boxIn, inPicture, paintBox } from './box.ts';
import { type GenerateOptions, generate } from './generate.ts';
import { formatOf, type InputFormat, itemsIn } from './inputs.ts';
import { type Item, readItem } from './item.ts';
import { paintMask } from './mask.ts';
import { rowReader } from './rows.ts';
import { seriesReader } from './series.ts';
import { type Shard, slurmShard } from './shard.ts';
import { showAnswer, showMask, showPicture } from './show.ts';
import { fileWriter, type OutputFormat, outputFormatOf, textWriter, type Writer, type Written } from './writers.ts';

/** What the command line says. */
export interface PredictWanted {
  readonly top: number;
  readonly images: ImageOverrides;
  readonly backend?: string | undefined;
  readonly input?: InputFormat | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly x?: string | undefined;
  readonly shard?: Shard | 'slurm' | undefined;
  readonly batchSize: number;
  readonly out?: string | undefined;
  readonly format?: OutputFormat | undefined;
  readonly show: boolean;
  /** Of boxes. */
  readonly pixels: BoxPixels;
  /** Where pictures go with what the network sees in them. */
  readonly pictures?: string | undefined;
  /** Texts of the command line. */
  readonly texts: readonly string[];
  readonly generation: GenerateOptions;
}

/** Asks a network about everything in `paths`. What cannot be read is told, and counted at the end. */
export async function predict(path: string, paths: readonly string[], wanted: PredictWanted, io: Io): Promise<void> {
  if (paths.length + wanted.texts.length === 0)
    throw new UsageError('what to ask about is not said', { expected: 'files, - for standard input, or --text' });
  const part = wanted.shard === 'slurm' ? slurmShard() : wanted.shard;
  const areImages =
    wanted.texts.length === 0 &&
    paths.every((one) => (wanted.input ?? (one === '-' ? 'jsonl' : formatOf(one))) === 'image');
  const format = outputOf(wanted);
  if (wanted.show && (!areImages || (format !== null && wanted.out === undefined)))
    throw new UsageError('--show draws pictures on the screen', {
      received: areImages ? `--show with --format ${format}` : '--show for rows',
      fix: areImages ? 'write the answers to a file: --out answers.jsonl' : 'leave it out',
    });
  if (wanted.pictures !== undefined && !areImages)
    throw new UsageError('--pictures paints what is seen in pictures', {
      received: '--pictures for rows',
      fix: 'leave it out',
    });
  const model = await openModel(resolve(io.cwd, path), wanted.backend, io, true);
  try {
    warn(model.warnings, io);
    const { text } = model;
    if (text?.padding === 'none') {
      const json = expectText(wanted, format);
      await generate({ ...model, text }, { texts: wanted.texts, paths }, { ...wanted.generation, json }, io);
      return;
    }
    // Of a picture one wants to know what is on it.
    if (areImages && model.inputs.length > 1) throw severalArrays(path, model.inputs);
    const input = areImages ? imageInputOf(model, path, wanted.images) : null;
    for (const note of input?.notes ?? []) print(io.err, `${io.err.colors.yellow('note:')} ${note}`);
    const writer = await writerOf(format, wanted, { areImages, model }, io);
    const counter = createCounter(io, { of: areImages ? 'pictures' : 'rows', quiet: writer === null });
    const counts = { done: 0, failed: 0 };
    const single = areImages && paths.length === 1;
    const items = itemsOf(paths, await readersOf(model, path, input, wanted), part, wanted, io);
    for await (const answer of answersTo(items, model, { ...wanted, signal: io.signal })) {
      counts.done += 1;
      if ('error' in answer) {
        // One picture that cannot be read is all that was asked for.
        if (single) throw answer.error;
        counts.failed += 1;
      }
      const telling = { areImages, writer, input, model, show: wanted.show, pictures: wanted.pictures };
      await tell(answer, wanted.pixels === 'network' ? answer : await inPicture(answer, model), telling, io);
      counter.update(counts.done);
    }
    counter.clear();
    if (io.signal.aborted) {
      throw new InterruptedError(`the predictions ended after ${counts.done}`, {
        ...(wanted.out !== undefined && { path: `${wanted.out}.partial` }),
      });
    }
    await writer?.end().catch((error: unknown) => {
      throw elsewhere(error, 'write it elsewhere: --out <file>');
    });
    if (wanted.out !== undefined)
      print(io.out, `${shownPath(resolve(io.cwd, wanted.out), io.cwd)}: ${count(counts.done - counts.failed)} answers`);
    if (counts.failed === 0) return;
    throw new DescentError(`${counts.failed} of ${counts.done} ${areImages ? 'images' : 'rows'} could not be read`);
  } finally {
    await model.dispose();
  }
}

interface Telling {
  readonly areImages: boolean;
  readonly writer: Writer | null;
  readonly input: ImageInput | null;
  readonly model: OpenModel;
  readonly show: boolean;
  readonly pictures: string | undefined;
}

/** `given` is the answer as the network gave it, `answer` what is told of it. */
async function tell(
  given: Answer,
  answer: Answer,
  { areImages, writer, input, model, show, pictures }: Telling,
  io: Io,
): Promise<void> {
  if (show && input !== null && !('error' in answer)) await showPicture(answer.name, input.preprocessing, io);
  if (show && 'mask' in answer) showMask(answer.mask, io);
  if (pictures !== undefined && input !== null && !('error' in answer)) await paint(given, input, model, pictures, io);
  if (writer === null) {
    showAnswer(answer, areImages, io);
    return;
  }
  await writer.write(answer);
  // What failed is told besides, where the answers go into a file.
  if ('error' in answer && show === false && areImages === false) showAnswer(answer, areImages, io);
}

async function paint(
  answer: Answer,
  { preprocessing }: ImageInput,
  model: OpenModel,
  folder: string,
  io: Io,
): Promise<void> {
  const told = 'mask' in answer ? null : await inPicture(answer, model);
  const found = told === null ? null : boxIn(told, model);
  if (!('mask' in answer) && (found === null || answer.place === undefined)) {
    throw new UsageError('--pictures paints masks and boxes, and this network gives neither', {
      received: `--pictures ${folder}`,
      fix: 'leave it out; --show draws what the network sees',
    });
  }
  const to = resolve(io.cwd, folder);
  const path =
    'mask' in answer
      ? await paintMask(answer, preprocessing, to, io)
      : await paintBox(await placed(answer, found), preprocessing, to, io);
  print(io.err, shownPath(path, io.cwd));
}

async function placed(
  { name, index, place }: Answer,
  found: ReturnType<typeof boxIn>,
): Promise<Parameters<typeof paintBox>[0]> {
  if (found === null || place === undefined) throw new Error('there is no box to paint');
  return { name, index, box: found.box, place: await place() };
}

/** Whether the texts are wanted as JSON. Throws a UsageError for other formats, and for files of them. */
function expectText({ out, shard }: PredictWanted, format: OutputFormat | null): boolean {
  const odd = out !== undefined ? '--out' : shard !== undefined ? '--shard' : null;
  if (odd === null && (format === null || format === 'json')) return format === 'json';
  throw new UsageError('a language model goes on with a text', {
    received: odd ?? `--format ${format}`,
    expected: 'text, or --json',
  });
}

/** The format that the options name together; `null` for people. */
function outputOf({ out, format }: PredictWanted): OutputFormat | null {
  const byName = out === undefined ? undefined : outputFormatOf(out);
  if (format === 'npz' && out === undefined) {
    throw new UsageError('a .npz file is no text', { received: '--format npz', fix: 'name a file: --out answers.npz' });
  }
  if (format !== undefined || out === undefined) return format ?? null;
  if (byName !== undefined) return byName;
  throw new UsageError('the name of the file does not say what to write', {
    received: `--out ${out}`,
    expected: 'a name that ends in .json, .jsonl, .csv or .npz',
    fix: 'say it: --format jsonl',
  });
}

async function writerOf(
  format: OutputFormat | null,
  { out, top }: PredictWanted,
  written: Pick<Written, 'areImages' | 'model'>,
  io: Io,
): Promise<Writer | null> {
  if (format === null) return null;
  const all = { ...written, format, top };
  return out === undefined ? textWriter(io.out.stream, all) : fileWriter(resolve(io.cwd, out), all);
}

async function* itemsOf(
  paths: readonly string[],
  readers: Parameters<typeof itemsIn>[2],
  part: Shard | undefined,
  { input, texts }: PredictWanted,
  io: Io,
): AsyncGenerator<Item, void> {
  let index = 0;
  for await (const found of itemsIn({ paths, texts }, input, readers, io)) {
    if (part === undefined || index % part.count === part.index) yield await readItem(found, index);
    index += 1;
    // What is parsed from memory never waits, and Ctrl-C would not be heard.
    if (index % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (io.signal.aborted) return;
  }
}

async function readersOf(
  model: OpenModel,
  path: string,
  input: ImageInput | null,
  { columns, x, images }: PredictWanted,
) {
  let known = input;
  const [first] = model.inputs as readonly [NamedInput];
  const { text, windows } = model;
  return {
    rows: rowReader(
      model,
      path,
      columns ?? (await trainedColumns(model)),
      text === undefined ? null : await (await import('@descent/datasets/tokenizers')).tokenizerOf(text),
    ),
    series: windows === undefined ? null : seriesReader(windows),
    arrays: new Map(model.inputs.map(({ name }) => [name, model.inputs.length === 1 ? (x ?? 'x') : name])),
    image: async (file: string) => {
      known ??= imageInputOf(model, path, images);
      return openImage(file, { ...model, input: first }, known);
    },
  };
}

/** The features of a run on a CSV file, in the order of training. Where the file is gone, rows say themselves what they have. */
async function trainedColumns({ run, table }: OpenModel): Promise<readonly string[] | undefined> {
  const data = run?.config.given.data;
  if (table !== undefined || typeof data !== 'object' || !('csv' in data)) return undefined;
  const { train } = (await run?.config.data.load()) ?? {};
  return train?.features;
}

function imageInputOf(model: OpenModel, path: string, overrides: ImageOverrides): ImageInput {
  const [input] = model.inputs as readonly [NamedInput];
  return imageInput({ ...model, input }, path, overrides);
}
