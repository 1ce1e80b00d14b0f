import { DescentError, type NDArray, type NDArrays } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import type { Feeds, PredictAnswer, PredictItem, Predictor } from '@descent/serve';
import { answerOf } from '../predict/answers.ts';
import { type RowReader, rowReader } from '../predict/rows.ts';
import { filled } from '../run/fixed-batches.ts';
import { type ImageInput, imageInput, openImage } from '../run/image-input.ts';
import type { OpenModel } from '../run/open-model.ts';
import { rowsOf } from '../run/rows.ts';
import type { NamedInput } from '../run/several-arrays.ts';

/** What there is to know of a model in order to ask it about pictures, rows and texts. */
export type AskedModel = Pick<
  OpenModel,
  'inputs' | 'outputKind' | 'labels' | 'preprocessing' | 'table' | 'text' | 'windows'
>;

/**
 * Prepares what people have as `descent predict` does.
 * @param output Name of the one output.
 */
export async function predictorFor(model: AskedModel, output: string, path: string): Promise<Predictor> {
  const why = refusal(model);
  if (why !== null) return { accepts: [], why, prepare: () => Promise.reject(new DescentError(why)), answer: nothing };
  const [input] = model.inputs as readonly [NamedInput];
  const { table, text, inputs } = model;
  const tokenizer = text === undefined ? null : await (await import('@descent/datasets/tokenizers')).tokenizerOf(text);
  const images = imagesOf(model, path);
  const rows = rowReader(model, path, undefined, tokenizer);
  const columns = columnsOf(model);
  const choices = choicesOf(model);
  const size = input.shape[0] ?? -1;
  const accepts: readonly PredictItem['kind'][] = [
    ...(images === null ? [] : (['image'] as const)),
    ...(text === undefined ? (['row'] as const) : (['text', 'row'] as const)),
  ];
  const prepared = async (item: PredictItem): Promise<{ readonly x: NDArrays; readonly inverted?: boolean }> => {
    if (item.kind === 'image') return openImage(item.bytes, { input }, images as ImageInput);
    if (item.kind === 'text') return { x: rows.fromText(item.text) };
    return { x: rowIn(item.row, rows, table !== undefined || text !== undefined || inputs.length > 1) };
  };
  return {
    accepts,
    ...(columns !== null && { columns }),
    ...(choices !== null && { choices }),
    async prepare(item) {
      const { x, ...more } = await prepared(item);
      // A network of a fixed batch is asked about one sample that often.
      return { x: size > 1 ? mapTree(x, (array) => filled(array, size)) : x, ...more };
    },
    answer(outputs, top) {
      const said = answerOf(rowsOf(outputs[output] as NDArray, 0, 1), model, top);
      if ('error' in said) throw said.error;
      if ('values' in said) return said;
      // The mask itself is what the protocol's tensors are for; a page shows how much of the picture each class is.
      if ('mask' in said)
        throw new DescentError('the network says a class for each pixel, which this answer has no place for', {
          expected: 'a network of one class, or labels, for a picture',
          fix: 'ask by tensors (v2 infer), or descent predict <model> <picture> --pictures <folder>',
        });
      return { predictions: said.predictions, ...(said.labels !== undefined && { labels: said.labels }) };
    },
  };
}

function nothing(_: Feeds, __: number): PredictAnswer {
  return { values: [] };
}

/** Why a network cannot be asked about single items; `null` where it can. */
function refusal({ windows, text }: AskedModel): string | null {
  if (windows !== undefined) return 'a network of time series takes a whole table: descent predict <model> <table>';
  if (text?.padding === 'none') return 'a language model goes on with a text: descent predict <model> --text <text>';
  return null;
}

/** How pictures are prepared; `null` for a network that takes none, or does not say how. */
function imagesOf({ inputs, preprocessing }: AskedModel, path: string): ImageInput | null {
  const [input] = inputs as readonly [NamedInput];
  if (inputs.length > 1) return null;
  try {
    return imageInput({ input, ...(preprocessing !== undefined && { preprocessing }) }, path);
  } catch (error) {
    if (error instanceof DescentError) return null;
    throw error;
  }
}

/** The columns of a row that a network takes by name; `null` where their names are not known. */
function columnsOf({ table, text, inputs }: AskedModel): readonly string[] | null {
  if (table !== undefined) return [...table.numbers, ...table.categories].map(({ name }) => name);
  if (text !== undefined) return [text.column ?? 'text'];
  return inputs.length > 1 ? inputs.map(({ name }) => name) : null;
}

/** Values of one column that people are shown. */
const MOST_CHOICES = 200;

/** What columns of categories were in training, as texts; `null` for a network without such columns. */
function choicesOf({ table }: AskedModel): Readonly<Record<string, readonly string[]>> | null {
  if (table === undefined || table.categories.length === 0) return null;
  return Object.fromEntries(table.categories.map(({ name, values }) => [name, values.slice(0, MOST_CHOICES)]));
}

function rowIn(row: Extract<PredictItem, { kind: 'row' }>['row'], rows: RowReader, isNamed: boolean): NDArrays {
  if (Array.isArray(row)) return rows.fromNumbers(row);
  if (isNamed) return rows.fromColumns(row as Readonly<Record<string, unknown>>);
  // In which order its columns stand nobody says.
  throw new DescentError('the model does not say what its columns are called', {
    received: `an object with ${Object.keys(row).slice(0, 12).join(', ')}`,
    expected: 'a list of numbers, in the order of training',
  });
}
