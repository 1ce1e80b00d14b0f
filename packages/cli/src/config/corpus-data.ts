import { mobyDick, type TextPreparation, tokenWindows } from '@descent/datasets';
import type { DataSource, HeldBack, LoadedSet } from './data.ts';
import type { CorpusData } from './define-config.ts';
import { sampleOf } from './examples.ts';
import { type ConfigFiles, fileName } from './files.ts';
import { inConfigLater } from './in-config.ts';
import { textTokens } from './text-tokens.ts';
import { vocabularyNote } from './texts-data.ts';

/** The text that ships with the data sets. */
const MOBY_DICK = 'moby-dick';

/**
 * A text as windows of tokens, each with what follows it. It is read at once: the vocabulary stands in it. What is held out is its end, since windows taken
 * at random would overlap those to train on.
 */
export async function corpusData(data: CorpusData, files: ConfigFiles): Promise<DataSource> {
  const { corpus, test, unknown = 'error', blockLength, stride = blockLength } = data;
  const isBuiltIn = corpus === MOBY_DICK;
  const about = isBuiltIn ? await mobyDick() : { text: await files.text(corpus) };
  const testText = typeof test === 'string' ? await files.text(test) : null;
  const made = await inConfigLater('data', () =>
    textTokens(
      data.tokenizer,
      `${about.text}${unknown === 'error' ? (testText ?? '') : ''}`,
      { padding: false, unknown },
      files,
    ),
  );
  const { tokenizer } = made;
  const all = tokenizer.encode(about.text);
  const end = typeof test === 'number' ? Math.round((1 - test) * all.length) : all.length;
  const known = isBuiltIn ? about : {};
  const windowsOf = (tokens: Int32Array, step: number, path: string): Promise<LoadedSet> =>
    inConfigLater(path, async () => ({
      ...tokenWindows(tokens, { blockLength, stride: step, name: fileName(corpus) }),
      source: corpus,
      ...known,
      name: fileName(corpus),
    }));
  const held = testText === null ? all.subarray(end) : tokenizer.encode(testText);
  const testSet = test === undefined ? null : await windowsOf(held, blockLength, 'data.test');
  const load = async (heldBack?: HeldBack) => {
    const cut = heldBack === undefined ? end : Math.round((1 - heldBack.share) * end);
    return {
      train: await windowsOf(all.subarray(0, cut), stride, 'data'),
      validation: heldBack === undefined ? null : await windowsOf(all.subarray(cut, end), blockLength, 'validation'),
      test: testSet,
    };
  };
  const text: TextPreparation = {
    format: 'descent.text.1',
    tokens: made.tokens,
    length: blockLength,
    truncate: 'start',
    padding: 'none',
    column: null,
  };
  return {
    name: fileName(corpus),
    sample: sampleOf((await load()).train),
    task: 'language-modeling',
    notes: [vocabularyNote(made, undefined)],
    load: async (_, heldBack) => ({ ...(await load(heldBack)), text, isSplit: true }),
  };
}
