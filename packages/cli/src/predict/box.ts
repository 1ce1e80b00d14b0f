import { basename, extname, isAbsolute, join } from 'node:path';
import type { ImagePreprocessing } from '@descent/core';
import { boxesInPicture, type PicturePlace, prepareImage, writePng } from '@descent/datasets';
import { makeFolder } from '@descent/files';
import type { Io } from '../io.ts';
import type { OpenModel } from '../run/open-model.ts';
import type { Answer } from './answers.ts';

/** Left, top, right and bottom. */
export type Box = readonly [number, number, number, number];

/** In which pixels boxes are told: those of the picture that was given, or those of what the network gets. */
export type BoxPixels = 'picture' | 'network';

/** The answer with its box in pixels of the picture that was given, turned upright and as large as it is in its file. */
export async function inPicture(answer: Answer, model: Pick<OpenModel, 'hasBoxes'>): Promise<Answer> {
  const found = boxIn(answer, model);
  if (found === null || answer.place === undefined) return answer;
  const values = Array.from(boxesInPicture(found.box, await answer.place()));
  if ('values' in answer) return { ...answer, values };
  if (!('outputs' in answer)) return answer;
  const { [found.name]: said, ...others } = answer.outputs;
  if (said === undefined || !('values' in said)) return answer;
  const entries = Object.keys(answer.outputs).map((name) => [name, others[name] ?? { ...said, values }]);
  return { ...answer, outputs: Object.fromEntries(entries) };
}

interface FoundBox {
  /** Of the output; empty where there is one. */
  readonly name: string;
  readonly box: Box;
}

/** The box that an answer gives: of a network of pictures with boxes the output of this name, else the only one of four numbers. */
export function boxIn(answer: Answer, { hasBoxes }: Pick<OpenModel, 'hasBoxes'>): FoundBox | null {
  if (hasBoxes !== true) return null;
  if ('values' in answer) return answer.values.length === 4 ? { name: '', box: answer.values as unknown as Box } : null;
  if (!('outputs' in answer)) return null;
  const fours = Object.entries(answer.outputs).flatMap(([name, said]) =>
    'values' in said && said.values.length === 4 ? [{ name, box: said.values as unknown as Box }] : [],
  );
  const named = fours.find(({ name }) => name === 'boxes') ?? (fours.length === 1 ? fours[0] : undefined);
  return named ?? null;
}

/** Pixels of the longer side, below which a picture is drawn larger. */
const LEAST_SIDE = 320;
const COLOUR = [230, 80, 60] as const;

/** Writes the picture, of the size that the network gets or a multiple of it, with its box in pixels of the given one drawn on it, as `<index>-<name>.png` in `folder`; returns the path. */
export async function paintBox(
  { name, index, box, place }: Pick<Answer, 'name' | 'index'> & { readonly box: Box; readonly place: PicturePlace },
  { width, height, fit }: ImagePreprocessing,
  folder: string,
  io: Io,
): Promise<string> {
  const scale = Math.max(1, Math.ceil(LEAST_SIDE / Math.max(width, height)));
  const [wide, high] = [width * scale, height * scale];
  const plain = { width: wide, height: high, channels: 3, dtype: 'uint8', invert: false } as const;
  const options = { ...plain, ...(fit !== undefined && { fit }) };
  const { x } = await prepareImage(isAbsolute(name) ? name : join(io.cwd, name), options);
  const data = Uint8Array.from(x.data as Uint8Array);
  const line = Math.max(1, Math.round(Math.max(wide, high) / 160));
  const [a, , c, , e, f] = place.placed;
  const drawn = box.map((side, i) => (i % 2 === 0 ? a * side + c : e * side + f));
  const [left, top, right, bottom] = drawn.map((side) => Math.round(side * scale)) as unknown as Box;
  for (let y = Math.max(0, top - line); y < Math.min(high, bottom + line); y++) {
    for (let column = Math.max(0, left - line); column < Math.min(wide, right + line); column++) {
      // Only the frame: what is inside stays to be seen.
      if (column >= left && column < right && y >= top && y < bottom) continue;
      for (const [channel, value] of COLOUR.entries()) data[channel * wide * high + y * wide + column] = value;
    }
  }
  await makeFolder(folder);
  const path = join(folder, `${index}-${basename(name, extname(name))}.png`);
  await writePng(path, { dtype: 'uint8', shape: [3, high, wide], data });
  return path;
}
