export { type ReadTokenizerOptions, readTokenizer } from '../text/read-tokenizer.ts';
export type { Tokenizer } from '../text/tokenizer.ts';
export { tokenizerOf } from '../text/tokenizer-of.ts';
