/** Ids of the named datasets of `@descent/datasets` that a config may name. */
export const DATASET_NAMES = [
  'mnist-sample',
  'mnist',
  'fashion-mnist',
  'kmnist',
  'emnist',
  'qmnist',
  'cifar10',
  'cifar100',
  'digits',
  'iris',
  'california-housing',
] as const;
