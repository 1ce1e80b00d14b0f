export type { RecurrentInputs, RecurrentOptions, RecurrentOutput, RecurrentReturn } from './_options.ts';
export { gru } from './gru.ts';
export { lstm } from './lstm.ts';
export { type RnnOptions, rnn } from './rnn.ts';
