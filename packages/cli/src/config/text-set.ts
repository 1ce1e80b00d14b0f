import {
  type PaddedTokens,
  paddedInputs,
  type Table,
  type TextPreparation,
  type Tokenizer,
  textDataset,
} from '@descent/datasets';
import type { LoadedSet } from './data.ts';
import type { TextsData } from './define-config.ts';
import { asColumn } from './examples.ts';

/** What tokens of characters know besides: padding is token 0, and a character that is unknown later is token 1. */
export const CHARACTER_KINDS = { padding: true, unknown: 'token' } as const;

/** The characters of a column of texts, each once. */
export function charactersOf({ columns }: Table, name: string): string {
  const texts = new Set<string>();
  for (const value of columns.find((column) => column.name === name)?.data ?? []) {
    if (typeof value === 'string') for (const character of value) texts.add(character);
  }
  // What is wrong with an empty column, the data set says in words of its own.
  return texts.size === 0 ? ' ' : [...texts].join('');
}

/** How the texts of a table become a set. */
export interface TextSetOptions {
  readonly data: Pick<TextsData, 'task' | 'truncate' | 'missing'>;
  readonly columns: { readonly text: string; readonly target: string };
  /** Those of the training data. Default: those that are there. */
  readonly classes: readonly string[] | undefined;
  readonly tokenizer: Tokenizer;
  readonly text: TextPreparation;
  readonly name: string;
  readonly source: string;
}

/** The texts of a table as padded tokens, with their targets. */
export function textSet(table: Table, options: TextSetOptions): LoadedSet {
  const { data, columns, classes, tokenizer, text, name, source } = options;
  const { task = 'classification', truncate, missing } = data;
  const set = textDataset(table, {
    text: columns.text,
    target: columns.target,
    task,
    tokenizer,
    maxLength: text.length,
    ...(truncate !== undefined && { truncate }),
    ...(missing !== undefined && { missing }),
    ...(task === 'classification' && classes !== undefined && { classes }),
    name,
  });
  return asColumn({ ...set, source, x: paddedInputs(text, tokenizer, set.x as PaddedTokens) });
}
