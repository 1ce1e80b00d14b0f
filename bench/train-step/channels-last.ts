import * as tf from '@tensorflow/tfjs-core';
import type { LayerSpec } from '../lib/nets.ts';

/** PyTorch's layouts to those of TensorFlow.js, where channels come last and matrices are `[in, out]`. */
export function toChannelsLast(parameter: tf.Tensor, layers: readonly LayerSpec[], index: number): tf.Tensor {
  const owners = layers.filter(({ kind }) => kind === 'conv' || kind === 'linear');
  const owner = owners[index >> 1] as LayerSpec;
  if (index % 2 === 1) return parameter;
  if (owner.kind === 'conv') return tf.transpose(parameter, [2, 3, 1, 0]);
  const before = owners[(index >> 1) - 1];
  const [outputs, inputs] = parameter.shape as [number, number];
  if (before?.kind !== 'conv') return tf.transpose(parameter);
  const side = Math.sqrt(inputs / before.to);
  const images = tf.reshape(parameter, [outputs, before.to, side, side]);
  return tf.reshape(tf.transpose(images, [2, 3, 1, 0]), [inputs, outputs]);
}
