import { gru, type Layer, layer, linear, type Node, relu, rescale, sequential } from '@descent/core';
import { cast, div, iota, less, mul, reshape, sum } from '@descent/core/ops';

/** A batch of sequences `[batch, time, 28]` of bytes, and how many rows of each count. */
export type Sequences = { readonly x: Node; readonly lengths: Node };

const [COLUMNS, HIDDEN, CLASSES] = [28, 128, 10];

/** Reads the rows one after the other, and tells the digit from the state behind the last one. */
export function recurrent(): Layer<Sequences> {
  const parts = {
    bytes: rescale(1 / 255),
    rnn: gru(COLUMNS, HIDDEN, { return: 'last' }),
    head: linear(HIDDEN, CLASSES),
  };
  return layer('recurrent', parts, ({ x, lengths }: Sequences, { bytes, rnn, head }) =>
    head(rnn({ x: bytes(x), lengths })),
  );
}

/** Looks at each row by itself and takes the mean of what it saw: it does not know in which order the rows came. */
export function bagOfRows(): Layer<Sequences> {
  const look = sequential(rescale(1 / 255), linear(COLUMNS, 2 * HIDDEN), relu(), linear(2 * HIDDEN, HIDDEN), relu());
  return layer('bagOfRows', { look, head: linear(HIDDEN, CLASSES) }, ({ x, lengths }: Sequences, { look, head }) => {
    const [batch, time] = x.type.shape as [number, number];
    const rows = reshape(lengths, [batch, 1]);
    const counts = reshape(cast(less(iota(time), rows), 'float32'), [batch, time, 1]);
    return head(div(sum(mul(look(x), counts), { axes: [1] }), cast(rows, 'float32')));
  });
}
