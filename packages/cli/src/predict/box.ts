import { basename, extname, isAbsolute, join } from 'node:path';
import type { ImagePreprocessing } from '@descent/core';
import { prepareImage, writePng } from '@descent/datasets';
import { makeFolder } from '@descent/files';
import type { Io } from '../io.ts';
import type { OpenModel } from '../run/open-model.ts';
import type { Answer } from './answers.ts';

/** Left, top, right and bottom, in pixels of the picture as the network gets it. */
export type Box = readonly [number, number, number, number];

/** The box that an answer gives: of a run on pictures with boxes the output of this name, else the only one of four numbers. */
export function boxIn(answer: Answer, { run }: Pick<OpenModel, 'run'>): Box | null {
  const data = run?.config.given.data;
  if (typeof data !== 'object' || !('boxes' in data)) return null;
  if ('values' in answer) return answer.values.length === 4 ? (answer.values as unknown as Box) : null;
  if (!('outputs' in answer)) return null;
  const fours = Object.entries(answer.outputs).flatMap(([name, said]) =>
    'values' in said && said.values.length === 4 ? [{ name, box: said.values as unknown as Box }] : [],
  );
  const named = fours.find(({ name }) => name === 'boxes') ?? (fours.length === 1 ? fours[0] : undefined);
  return named?.box ?? null;
}

/** Pixels of the longer side, below which a picture is drawn larger. */
const LEAST_SIDE = 320;
const COLOUR = [230, 80, 60] as const;

/** Writes the picture with its box drawn on it, as `<index>-<name>.png` in `folder`; returns the path. */
export async function paintBox(
  { name, index, box }: { readonly name: string; readonly index: number; readonly box: Box },
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
  const [left, top, right, bottom] = box.map((side) => Math.round(side * scale)) as unknown as Box;
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
