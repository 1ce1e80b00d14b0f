/** Cases that no imported network passes, and why. Each is tried all the same: one that passes must be taken out of this list. */
const OUT: readonly (readonly [cases: RegExp, reason: string])[] = [
  [/^(ada(grad|m)|(nesterov_)?momentum)/, 'optimizers: training steps are built by createTrainer'],
  [/^gradient_of_/, 'gradients are built by the gradients of core, not by an operator'],
  [/^(bernoulli|training_dropout(_default)?(_mask)?$)/, 'random numbers of another generator'],
  [
    /^sequence_(?!model[4-7]$)|^(identity_sequence|if_seq|loop13_seq|loop16_seq_none)$/,
    'sequences that go in or out, or are used as no exporter of networks does: a network computes with tensors',
  ],
  [/^optional_|_opt$/, 'optional values: a network computes with tensors'],
  [/STRING|^strnorm|^tfidfvectorizer/, 'texts are prepared outside of the network'],
  [/BFLOAT16/, 'bfloat16 inputs and outputs: no array of the host holds them'],
  [/^cast(like)?_(FLOAT|DOUBLE)_to_FLOAT16/, 'float16 is a carrier: numbers are not rounded to it'],
  [/^unique_|^compress_/, 'sizes that depend on data'],
  [/^nonmaxsuppression/, 'sizes that depend on data'],
  [/^bitshift/, 'integers of 16 to 64 bits without a sign'],
  [/^(dft|stft|det_|melweightmatrix)/, 'no network in scope uses it'],
  [/^(blackman|hamming|hann)window(_symmetric)?$/, 'no network in scope uses it'],
  [/^batchnorm_.*_training_mode$/, 'batch normalization acts as the layer is used, in training or not'],
  [/^roialign/, 'boxes of detectors are cut out outside of the network'],
];

/** Why `name` is out of scope, or undefined where it must pass. */
export function outOfScope(name: string): string | undefined {
  return OUT.find(([cases]) => cases.test(name))?.[1];
}

/** Expanded window functions, whose files say 3.1415 for π, and results that were typed in with four digits: to ONNX's own tolerance. */
export function toleranceOf(name: string): number {
  return /window.*_expanded$|^gridsample_bicubic$/.test(name) ? 1e-3 : 1e-4;
}
