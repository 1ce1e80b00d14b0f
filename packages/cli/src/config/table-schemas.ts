import * as z from 'zod';

import { count, ending, features, flag, names, notation, target, targets, task, test, text } from './data-parts.ts';

export const csvData: z.ZodObject = z.strictObject({
  csv: text('the path of a CSV or TSV file'),
  target,
  task: task.optional(),
  features,
  oneHot: names.optional(),
  missing: z
    .union([z.enum(['error', 'drop']), z.number()], { error: "'error', 'drop', or a number to fill in" })
    .optional(),
  ...notation,
  test,
});

const tableTask = z.enum(['classification', 'regression', 'multi-label'], {
  error: "'classification', 'regression' or 'multi-label'",
});
export const tableData: z.ZodObject = z.strictObject({
  table: text('the path of a CSV, TSV, Parquet or JSON lines file'),
  target: targets,
  task: tableTask,
  separator: text('the text between two labels, such as ;').optional(),
  features,
  categories: names.optional(),
  minCount: count.optional(),
  missing: z.enum(['error', 'drop', 'fill'], { error: "'error', 'drop' or 'fill'" }).optional(),
  unknown: z.enum(['error', 'other'], { error: "'error' or 'other'" }).optional(),
  standardize: flag,
  standardizeTarget: flag,
  ...notation,
  test,
});

export const seriesData: z.ZodObject = z.strictObject({
  series: text('the path of a CSV, TSV, Parquet or JSON lines file with a row for each step of time'),
  length: count,
  target: targets,
  horizon: count.optional(),
  stride: count.optional(),
  features,
  time: text('the name of the column that says when each row is').optional(),
  missing: z.enum(['error', 'drop'], { error: "'error' or 'drop'" }).optional(),
  ...notation,
  test: ending,
});
