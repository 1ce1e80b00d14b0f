import * as z from 'zod';

// What the schemas of several kinds of data have in common.

export const SHARE: string = 'a share above 0 and below 1, { share, seed, stratified }, or the path of test data';
export const SEED: string = 'a whole number of at least 0';
export const between: z.ZodNumber = z.number({ error: SHARE }).gt(0, { error: SHARE }).lt(1, { error: SHARE });
export const share: z.ZodObject = z.strictObject({
  share: between,
  seed: z.int({ error: SEED }).min(0, { error: SEED }).optional(),
  stratified: z.boolean({ error: 'true or false' }).optional(),
});
export const test: z.ZodType = z.union([between, z.string().min(1), share], { error: SHARE }).optional();
const LENGTH = 'a whole number of at least 1';
export const names: z.ZodArray<z.ZodString> = z.array(z.string(), { error: 'a list of names' });
export const task: z.ZodType = z.enum(['classification', 'regression'], { error: "'classification' or 'regression'" });

export const notation: Readonly<Record<string, z.ZodType>> = {
  missingTexts: names.optional(),
  delimiter: text('the text between fields').optional(),
  comment: text('how lines start that are left out').optional(),
  header: z.union([z.boolean(), names], { error: 'true, false, or the names of the columns' }).optional(),
  decimal: z.enum(['.', ','], { error: "'.' or ','" }).optional(),
  thousands: z.enum(['.', ',', ' ', "'", '_'], { error: "'.', ',', ' ', \"'\" or '_'" }).optional(),
  types: z
    .record(z.string(), z.enum(['int32', 'float64', 'boolean', 'string']), {
      error: "types by column, each 'int32', 'float64', 'boolean' or 'string'",
    })
    .optional(),
};
export const target: z.ZodString = text('the name of the column to predict');
export const features: z.ZodType = names.min(1, { error: 'a list of names' }).optional();
/** The column to predict, or several. */
export const targets: z.ZodType = z.union([z.string().min(1), names.min(1)], {
  error: 'the name of the column to predict, or a list of the names of several',
});
export const flag: z.ZodType = z.boolean({ error: 'true or false' }).optional();
export const count: z.ZodNumber = z.int({ error: LENGTH }).min(1, { error: LENGTH });
const PART = 'a share above 0 and below 1, or the path of test data';
/** Test data that are not taken out at random. */
export const ending: z.ZodType = z.union([between, z.string().min(1)], { error: PART }).optional();

export function text(error: string): z.ZodString {
  return z.string({ error }).min(1, { error });
}
