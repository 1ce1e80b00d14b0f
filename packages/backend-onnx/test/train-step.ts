import { gradients } from '@descent/core';
import { graph, type Node, optimize, type Program, type Shape } from '@descent/core/backend';
import {
  add,
  cast,
  conv2d,
  input,
  matmul,
  maxPool2d,
  mean,
  mul,
  relu,
  reshape,
  softmaxCrossEntropy,
  sub,
} from '@descent/core/ops';

/** A network as a function of its images and parameters. */
export interface Network {
  readonly parameters: Readonly<Record<string, Shape>>;
  forward(x: Node, parameter: (name: string) => Node): Node;
}

const dense = (x: Node, p: (name: string) => Node, name: string): Node =>
  add(matmul(x, p(`${name}.weight`), { transposeB: true }), p(`${name}.bias`));

const conv = (x: Node, p: (name: string) => Node, name: string): Node =>
  add(conv2d(x, p(`${name}.weight`)), reshape(p(`${name}.bias`), [p(`${name}.bias`).type.shape[0] as number, 1, 1]));

export const mlp: Network = {
  parameters: { 'a.weight': [256, 784], 'a.bias': [256], 'b.weight': [10, 256], 'b.bias': [10] },
  forward: (x, p) => dense(relu(dense(reshape(x, [x.type.shape[0] as number, 784]), p, 'a')), p, 'b'),
};

export const lenet: Network = {
  parameters: {
    'a.weight': [6, 1, 5, 5],
    'a.bias': [6],
    'b.weight': [16, 6, 5, 5],
    'b.bias': [16],
    'c.weight': [10, 256],
    'c.bias': [10],
  },
  forward(x, p) {
    const features = maxPool2d(relu(conv(maxPool2d(relu(conv(x, p, 'a')), 2), p, 'b')), 2);
    return dense(reshape(features, [x.type.shape[0] as number, 256]), p, 'c');
  },
};

/** One step of gradient descent on a batch of bytes: forward, loss, backward, update. */
export function trainStep({ parameters, forward }: Network, batch: number): Program {
  const inputs = new Map(Object.entries(parameters).map(([name, shape]) => [name, input(name, shape)]));
  const x = mul(cast(input('x', [batch, 1, 28, 28], 'uint8'), 'float32'), 1 / 255);
  const logits = forward(x, (name) => inputs.get(name) as Node);
  const traced = graph({ loss: mean(softmaxCrossEntropy(logits, input('y', [batch], 'int32'))) });
  const loss = optimize(traced, () => true).outputs.get('loss') as Node;
  const names = [...inputs.keys()];
  const grads = gradients(loss, [...inputs.values()]);
  const lr = input('lr', []);
  const updated = names.map((name, i) => [name, sub(inputs.get(name) as Node, mul(grads[i] as Node, lr))] as const);
  return { graph: graph({ loss, ...Object.fromEntries(updated) }), reads: names, writes: names };
}
