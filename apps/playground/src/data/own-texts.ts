import { CHARACTER_KINDS, charactersOf, takeTestRows, textSet } from '@descent/cli/config';
import type { NDArray } from '@descent/core';
import { characters, readCsv, type Table, type TextPreparation } from '@descent/datasets';
import type { LabelledArrays, OwnArrays } from '../session/protocol.ts';
import type { TextsData } from '../state/experiment.ts';
import { TABLE_LIMITS } from './limits.ts';

/** The texts of a table as tokens, as `descent train` makes them of the same config. */
export async function ownTexts(file: Blob, choice: TextsData): Promise<OwnArrays> {
  const { texts, text: column, target, task = 'classification', maxLength, truncate, test } = choice;
  const { delimiter, decimal } = choice;
  const rows = await readCsv(file, {
    ...TABLE_LIMITS,
    name: texts,
    // Texts may look like numbers.
    types: { [column]: 'string' },
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
  });
  const parts =
    test === undefined
      ? { train: rows, test: null }
      : takeTestRows(rows, test, task === 'classification' ? target : null);
  const tokenizer = characters(charactersOf(parts.train, column), CHARACTER_KINDS);
  const text: TextPreparation = {
    format: 'descent.text.1',
    tokens: { kind: 'characters', characters: tokenizer.characters, ...CHARACTER_KINDS },
    length: maxLength,
    truncate: truncate ?? 'error',
    padding: 'token',
    column,
  };
  const made = { data: choice, columns: { text: column, target }, tokenizer, text, name: texts, source: texts };
  const arraysOf = (table: Table, classes: readonly string[] | undefined): LabelledArrays => {
    const set = textSet(table, { ...made, classes });
    return { x: set.x as NDArray, y: set.y as NDArray, classes: set.classes };
  };
  const train = arraysOf(parts.train, undefined);
  return { train, test: parts.test === null ? null : arraysOf(parts.test, train.classes), text };
}
