/** Ids of the sets of points in the plane, which are made when they are asked for. */
export const TOY_NAMES = ['moons', 'circles', 'spirals', 'blobs', 'xor'] as const;

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
  'moons',
  'circles',
  'spirals',
  'blobs',
  'xor',
] as const;
