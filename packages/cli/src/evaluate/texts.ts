import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Table, type TextPreparation, textFolder } from '@descent/datasets';
import { tokenizerOf } from '@descent/datasets/tokenizers';
import type { LoadedSet } from '../config/data.ts';
import type { CsvNotation } from '../config/define-config.ts';
import { inConfigLater } from '../config/in-config.ts';
import { localFiles } from '../config/local-files.ts';
import { readTexts } from '../config/table-file.ts';
import { textSet } from '../config/text-set.ts';
import { UsageError } from '../errors.ts';
import type { OpenModel } from '../run/open-model.ts';

/** What is known of the texts of a file, or of a folder with one folder of texts a class. */
export interface TextsGiven {
  /** The column to predict, where one is named. */
  readonly target: string | undefined;
  readonly task: 'classification' | 'regression' | undefined;
  readonly notation: CsvNotation;
}

/** Whether the network takes texts that have a class or a number each. */
export function takesTexts({ text }: OpenModel): boolean {
  return text !== undefined && text.padding !== 'none';
}

/** Labelled texts, with the tokens that the network was trained with. */
export async function textsOf(
  { text, labels, run }: OpenModel,
  given: string,
  { target, task, notation }: TextsGiven,
  cwd: string,
): Promise<LoadedSet> {
  const preparation = text as TextPreparation;
  const path = resolve(cwd, given);
  const isFolder = (await stat(path)).isDirectory();
  const own = run?.config.given.data;
  const trained = typeof own === 'object' && 'texts' in own ? own : undefined;
  const columns = isFolder
    ? { text: 'text', target: 'label' }
    : { text: preparation.column ?? 'text', target: target ?? trained?.target };
  if (columns.target === undefined) {
    throw new UsageError('it is not known which column is to be predicted', {
      path: '--data',
      received: given,
      fix: 'name it: --target <column>',
    });
  }
  const table: Table = isFolder
    ? await inConfigLater('--data', () => textFolder(path, labels.length > 0 ? { classes: labels } : {}))
    : await readTexts(localFiles(cwd), given, notation, [columns.text]);
  const { truncate } = preparation;
  const said = task ?? trained?.task ?? (labels.length > 0 ? 'classification' : 'regression');
  return textSet(table, {
    data: { task: said, ...(truncate !== 'error' && { truncate }) },
    columns: { ...columns, target: columns.target },
    // Classes that the network does not know are refused by name.
    classes: labels.length > 0 ? labels : undefined,
    tokenizer: await tokenizerOf(preparation),
    text: preparation,
    name: basename(path),
    source: given,
  });
}
