import * as z from 'zod';

import { between, names, notation, share, targets, test, text } from './data-parts.ts';

const PIXELS = 'pixels, a whole number from 1 to 16384';
const side = z.int({ error: PIXELS }).min(1, { error: PIXELS }).max(16_384, { error: PIXELS });
const channels = z.union([z.literal(1), z.literal(3)], { error: '1 for grey or 3 for colours' });
export const imagesData: z.ZodObject = z.strictObject({
  images: text('the path of a folder with one folder of images a class'),
  width: side.optional(),
  height: side.optional(),
  channels: channels.optional(),
  invert: z.union([z.boolean(), z.literal('auto')], { error: "true, false or 'auto'" }).optional(),
  fit: z.enum(['contain', 'fill', 'mnist'], { error: "'contain', 'fill' or 'mnist'" }).optional(),
  test,
});

const size = {
  width: side,
  height: side,
  channels: channels.optional(),
  fit: z.enum(['contain', 'fill'], { error: "'contain' or 'fill'" }).optional(),
};
const classes = names.min(1, { error: 'a list of names' }).optional();
const pictures = text('the path of a folder of images');

/** Test data: a share, or what `more` has. */
function testOf<T extends z.core.$ZodLooseShape>(more: T, words: string, shares = true): z.ZodType {
  const given = z.strictObject(more);
  const error = `a share above 0 and below 1${shares ? ', { share, seed, stratified }' : ''}, or ${words}`;
  return (shares ? z.union([between, share, given], { error }) : z.union([between, given], { error })).optional();
}

export const labelledImagesData: z.ZodObject = z.strictObject({
  images: pictures,
  labels: text('the path of a table of labels'),
  file: text('the name of the column with the path of each picture').optional(),
  target: targets,
  task: z
    .enum(['classification', 'regression', 'multi-label'], {
      error: "'classification', 'regression' or 'multi-label'",
    })
    .optional(),
  separator: text('the text between two labels, such as ;').optional(),
  classes,
  ...size,
  ...notation,
  test: testOf({ labels: text('the path of a table'), images: pictures.optional() }, '{ labels, images }'),
});

const COLOR = "'#rrggbb', or [red, green, blue] from 0 to 255";
const byte = z.int().min(0).max(255);
const color = z.union([z.string(), z.tuple([byte, byte, byte])], { error: COLOR });

export const masksData: z.ZodObject = z.strictObject({
  images: pictures,
  masks: text('the path of the folder of masks'),
  ...size,
  classes,
  palette: z.array(color, { error: `a list of colours, each ${COLOR}` }).optional(),
  ignore: z.union([z.int().min(0), color], { error: `a whole number, or with a palette ${COLOR}` }).optional(),
  maskSuffix: text('what the names of masks end in').optional(),
  test: testOf({ images: pictures, masks: text('the path of a folder') }, '{ images, masks }'),
});

export const boxesData: z.ZodObject = z.strictObject({
  images: pictures,
  boxes: text('the path of a CSV file of boxes, or of a JSON file of COCO'),
  ...size,
  classes,
  outside: z.enum(['refuse', 'clip'], { error: "'refuse' or 'clip'" }).optional(),
  test: testOf({ boxes: text('the path of a file of boxes'), images: pictures.optional() }, '{ boxes, images }', false),
});
