import { type Table, type TextPreparation, textFolder } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { DataSource, LoadedSet } from './data.ts';
import type { ImdbData, TextsData } from './define-config.ts';
import { sampleOf } from './examples.ts';
import { type ConfigFiles, fileName } from './files.ts';
import { inConfig, inConfigLater } from './in-config.ts';
import { takeTestRows } from './split-rows.ts';
import { readTexts } from './table-file.ts';
import { CHARACTER_KINDS, charactersOf, textSet } from './text-set.ts';
import { type TextTokens, textTokens } from './text-tokens.ts';

/** The film reviews of Maas et al. in the folder that their archive unpacks to. */
export function imdbData({ imdb, ...options }: ImdbData, files: ConfigFiles): Promise<DataSource> {
  const folder = imdb.replace(/[\\/]+$/, '');
  // The folder to train on has texts without a label beside the two classes.
  return textsData({ ...options, texts: `${folder}/train`, test: `${folder}/test`, classes: ['neg', 'pos'] }, files);
}

/** Texts with a class or a number each, as padded tokens. They are read at once: the vocabulary is that of the texts to train on. */
export async function textsData(data: TextsData, files: ConfigFiles): Promise<DataSource> {
  expectKeysFit(data);
  const { texts, test, task = 'classification', maxLength, truncate, padding = 'token', buckets } = data;
  const columns = await columnsOf(files, data);
  const rows = await tableOf(files, texts, columns, data);
  const parts =
    test === undefined
      ? { train: rows, test: null }
      : typeof test === 'string'
        ? { train: rows, test: await tableOf(files, test, columns, data) }
        : takeTestRows(rows, test, task === 'classification' ? columns.target : null);
  const made = await textTokens(data.tokenizer, charactersOf(parts.train, columns.text), CHARACTER_KINDS, files);
  const text: TextPreparation = {
    format: 'descent.text.1',
    tokens: made.tokens,
    length: maxLength,
    truncate: truncate ?? 'error',
    padding,
    column: columns.text,
  };
  const make = (table: Table, source: string, classes: readonly string[] | undefined): LoadedSet =>
    inConfig('data', () =>
      textSet(table, { data, columns, classes, tokenizer: made.tokenizer, text, source, name: fileName(source) }),
    );
  const train = make(parts.train, texts, data.classes);
  const held = parts.test === null ? null : make(parts.test, typeof test === 'string' ? test : texts, train.classes);
  return {
    name: fileName(texts),
    sample: sampleOf(train),
    task,
    notes: [vocabularyNote(made, padding === 'token' ? made.tokenizer.padding : undefined)],
    ...(buckets !== undefined && { buckets }),
    load: async () => ({ train, validation: null, test: held, text }),
  };
}

/** What one has to know to write the first layer. */
export function vocabularyNote({ tokens, tokenizer }: TextTokens, padding: number | undefined): string {
  const what = tokens.kind === 'characters' ? 'characters' : 'a tokenizer.json';
  const options = padding === undefined ? '' : `, { "paddingIdx": ${padding} }`;
  return `${tokenizer.size} tokens by ${what}: ["embedding", ${tokenizer.size}, 32${options}] takes them`;
}

interface Columns {
  readonly text: string;
  readonly target: string;
  /** Of a folder the classes are folders. */
  readonly isFolder: boolean;
}

/** Throws a UsageError for keys that contradict each other. */
function expectKeysFit({ padding = 'token', buckets, maxLength }: TextsData): void {
  if (buckets === undefined) return;
  if (padding !== 'lengths') {
    throw new UsageError('buckets cut batches to the lengths of their texts', {
      path: 'data.buckets',
      received: `padding: '${padding}'`,
      expected: "padding: 'lengths', so that the network knows them",
    });
  }
  const odd = buckets.find((length) => length > maxLength);
  if (odd === undefined) return;
  throw new UsageError('a bucket is longer than the texts', {
    path: 'data.buckets',
    received: String(odd),
    expected: `at most maxLength, ${maxLength}`,
  });
}

/** The columns of texts and targets. Throws a UsageError where a file lacks their names, or a folder is given some. */
async function columnsOf(files: ConfigFiles, { texts, text, target }: TextsData): Promise<Columns> {
  const isFolder = await files.isFolder(texts);
  const named = { text, target };
  if (isFolder) {
    const said = (['text', 'target'] as const).find((key) => named[key] !== undefined);
    if (said === undefined) return { text: 'text', target: 'label', isFolder };
    throw new UsageError(`${said} names a column, and a folder has none`, {
      path: `data.${said}`,
      received: `${JSON.stringify(named[said])}, with texts: a folder`,
      fix: 'leave it out: each text is a file in the folder of its class',
    });
  }
  const missing = (['text', 'target'] as const).find((key) => named[key] === undefined);
  if (missing === undefined) return { text: text as string, target: target as string, isFolder };
  throw new UsageError(`which column ${missing === 'text' ? 'holds the texts' : 'is predicted'} is not said`, {
    path: `data.${missing}`,
    received: `nothing, with texts: ${JSON.stringify(texts)}`,
    expected: missing === 'text' ? 'the name of the column of texts' : 'the name of the column to predict',
    fix: 'a path without a column is that of a folder with one folder of .txt files a class; no such folder was found',
  });
}

async function tableOf(files: ConfigFiles, path: string, { text, isFolder }: Columns, data: TextsData): Promise<Table> {
  if (isFolder) {
    return inConfigLater('data', () =>
      textFolder(files.folder(path), data.classes === undefined ? {} : { classes: data.classes }),
    );
  }
  return readTexts(files, path, data, [text]);
}
