import * as z from 'zod';

import { between, count, names, SHARE, share, task, text } from './data-parts.ts';

const arrayNames = (of: string): z.ZodType =>
  z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: `the name of the array of ${of}, or a list of the names of several`,
  });
const npzArrays = { x: arrayNames('samples'), y: arrayNames('targets') };

export const npzData: z.ZodObject = z.strictObject({
  npz: text('the path of a .npz file'),
  ...npzArrays,
  task: task.optional(),
  shape: z.array(count, { error: 'the shape of a sample, such as [1, 28, 28]' }).optional(),
  tokens: z
    .union([z.boolean(), z.array(z.string().min(1))], {
      error: 'true for samples that are tokens, or a list of the names of arrays of tokens',
    })
    .optional(),
  classes: names.min(1, { error: 'a list of names' }).optional(),
  test: z
    .union([between, z.string().min(1), share, z.strictObject(npzArrays)], {
      error: `${SHARE}, or { x, y } with the names of other arrays`,
    })
    .optional(),
});
