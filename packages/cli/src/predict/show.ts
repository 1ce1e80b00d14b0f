import { isAbsolute, join } from 'node:path';
import type { ImagePreprocessing, NDArray } from '@descent/core';
import { type PreparedImage, prepareImage } from '@descent/datasets';
import { type Io, print } from '../io.ts';
import { barChart } from '../ui/bars.ts';
import { drawPicture } from '../ui/picture.ts';
import { table } from '../ui/table.ts';
import type { Answer } from './answers.ts';
import { type Mask, shadesOf } from './mask.ts';

/** Prints what is said about one item. */
export function showAnswer(answer: Answer, areImages: boolean, io: Io): void {
  const { name } = answer;
  if ('error' in answer) {
    const said = areImages ? answer.error.message : `${name}: ${answer.error.message}`;
    print(io.err, `${io.err.colors.red('error:')} ${said}`);
    return;
  }
  if ('values' in answer) {
    print(io.out, `${name}: ${io.out.colors.bold(numbersText(answer.values))}`);
    return;
  }
  if ('outputs' in answer) {
    print(io.out, `${name}:`);
    const rows = Object.entries(answer.outputs).map(([output, said]) => [
      output,
      'values' in said
        ? numbersText(said.values)
        : said.predictions.map(({ label, probability }) => `${label} ${(100 * probability).toFixed(1)} %`).join(', '),
    ]);
    print(io.out, table(rows));
    return;
  }
  if ('mask' in answer) {
    const { shares } = answer.mask;
    print(io.out, `${name}: ${io.out.colors.bold(shares.map(({ label }) => label).join(', '))}, by pixels`);
    print(
      io.out,
      barChart(
        shares.map(({ label, share }) => ({ label, probability: share })),
        io.out,
      ),
    );
    return;
  }
  const said = answer.labels === undefined ? answer.predictions[0]?.label : answer.labels.join(', ');
  print(io.out, `${name}: ${io.out.colors.bold(said || 'nothing')}`);
  if (answer.inverted === true) print(io.out, io.out.colors.dim('  dark and bright were exchanged'));
  print(io.out, barChart(answer.predictions, io.out));
}

/** Numbers that a line has room for. */
const SHOWN = 12;

function numbersText(values: readonly number[]): string {
  const shown = values.slice(0, SHOWN).map((value) => String(Number(value.toPrecision(6))));
  return values.length > SHOWN ? `${shown.join(', ')}, … (${values.length} numbers; --json has all)` : shown.join(', ');
}

/** Draws which class the network sees where, each as a shade of its own. */
export function showMask(mask: Mask, io: Io): void {
  const names = [...mask.shares].sort((a, b) => a.index - b.index).map(({ label }) => label);
  print(io.out, io.out.colors.dim(`    classes, the darkest first: ${names.join(', ')}`));
  print(io.out, `${drawPicture(shadesOf(mask))}\n`);
}

/** Draws a picture as it is, and as the network sees it, with what was done on the way. */
export async function showPicture(path: string, preprocessing: ImagePreprocessing, io: Io): Promise<void> {
  const file = isAbsolute(path) ? path : join(io.cwd, path);
  const { width, height, channels } = preprocessing;
  const plain = { width, height, channels, dtype: 'uint8', fit: 'contain', invert: false } as const;
  const [before, after] = [await prepareImage(file, plain), await prepareImage(file, preprocessing)];
  if (after.x.shape.length !== 3) return;
  const [left, right] = [greyOf(before.x), greyOf(after.x)];
  const done = whatWasDone(preprocessing, after);
  if (done.length === 0) {
    print(io.out, `${drawPicture(right)}\n`);
    return;
  }
  print(io.out, io.out.colors.dim('    as it is'));
  print(io.out, drawPicture(left));
  print(io.out, io.out.colors.dim(`    as the network sees it: ${done.join(', ')}`));
  print(io.out, `${drawPicture(right)}\n`);
}

function whatWasDone({ fit }: ImagePreprocessing, { inverted, box }: PreparedImage): readonly string[] {
  const cut =
    box === null
      ? []
      : [
          `cut to the drawing (${box.width} × ${box.height} pixels, ${box.left} from the left and ${box.top} from the top)`,
          'levels spread from the background to white',
          'centre of mass in the middle',
        ];
  return [...(inverted ? ['dark and bright exchanged'] : []), ...cut, ...(fit === 'fill' ? ['stretched'] : [])];
}

/** One channel from 0 to 255, whatever the numbers of the sample are. */
function greyOf({ shape, data }: PreparedImage['x']): NDArray {
  const [channels = 1, height = 1, width = 1] = shape;
  const size = height * width;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data as ArrayLike<number> & Iterable<number>) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  // Bytes are levels already, and a picture that is all black is to stay so.
  const [black, white] = data instanceof Uint8Array ? [0, 255] : [low, high > low ? high : low + 1];
  const grey = Uint8Array.from({ length: size }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[c * size + p] as number;
    return Math.round((255 * (sum / channels - black)) / (white - black));
  });
  return { dtype: 'uint8', shape: [1, height, width], data: grey };
}
