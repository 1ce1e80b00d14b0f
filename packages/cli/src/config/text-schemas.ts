import * as z from 'zod';

import { count, ending, flag, names, notation, task, test, text } from './data-parts.ts';

const TOKENIZER = "'characters', or { file: 'tokenizer.json' }";
const tokenizer = z
  .union(
    [
      z.literal('characters'),
      z.strictObject({
        file: text('the path of a tokenizer.json'),
        specialTokens: flag,
        padding: text("the token of padding, such as '[PAD]'").optional(),
      }),
    ],
    { error: TOKENIZER },
  )
  .optional();

const LENGTHS = 'a list of lengths, such as [32, 64, 128]';
const padded = {
  tokenizer,
  maxLength: count,
  truncate: z.enum(['end', 'start'], { error: "'end' or 'start'" }).optional(),
  padding: z
    .enum(['token', 'lengths', 'mask', 'attention', 'segments'], {
      error: "'token', 'lengths', 'mask', 'attention' or 'segments'",
    })
    .optional(),
  buckets: z.array(count, { error: LENGTHS }).min(1, { error: LENGTHS }).optional(),
};

export const textsData: z.ZodObject = z.strictObject({
  texts: text('the path of a file of texts, or of a folder with one folder of texts a class'),
  text: text('the name of the column of texts').optional(),
  target: text('the name of the column to predict').optional(),
  task: task.optional(),
  ...padded,
  classes: names.min(1, { error: 'a list of names' }).optional(),
  missing: z.enum(['error', 'drop'], { error: "'error' or 'drop'" }).optional(),
  ...notation,
  test,
});

export const imdbData: z.ZodObject = z.strictObject({ imdb: text('the path of the folder aclImdb'), ...padded });

export const corpusData: z.ZodObject = z.strictObject({
  corpus: text("the path of a text file, or 'moby-dick'"),
  tokenizer,
  unknown: z.enum(['error', 'token'], { error: "'error' or 'token'" }).optional(),
  blockLength: count,
  stride: count.optional(),
  test: ending,
});
