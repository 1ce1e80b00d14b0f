/** What can make PyTorch faster without another network: none of it changes the numbers but for rounding. */
export interface Way {
  readonly compile: boolean;
  /** Convolutions with the channels last in memory. */
  readonly channelsLast: boolean;
  /** Whether the allocator is told to keep memory, see the README. */
  readonly keepMemory: boolean;
  readonly optimizer: 'usual' | 'foreach' | 'fused';
}

export const AS_INSTALLED: Way = { compile: false, channelsLast: false, keepMemory: false, optimizer: 'usual' };

/** `torch.compile, channels last, memory kept, fused optimizer`, or `as installed`. */
export function describeWay({ compile, channelsLast, keepMemory, optimizer }: Way): string {
  const words = [
    ...(compile ? ['torch.compile'] : []),
    ...(channelsLast ? ['channels last'] : []),
    ...(keepMemory ? ['memory kept'] : []),
    ...(optimizer === 'usual' ? [] : [`${optimizer} optimizer`]),
  ];
  return words.length === 0 ? 'as installed' : words.join(', ');
}

export interface Possible {
  readonly compiler: boolean;
  readonly convolutions: boolean;
}

/** Ways that differ from `way` in one thing; those that take longest to start come last. */
export function neighbours(way: Way, { compiler, convolutions }: Possible): readonly Way[] {
  const optimizers = (['fused', 'foreach', 'usual'] as const).filter((optimizer) => optimizer !== way.optimizer);
  return [
    { ...way, keepMemory: !way.keepMemory },
    ...optimizers.map((optimizer) => ({ ...way, optimizer })),
    ...(convolutions ? [{ ...way, channelsLast: !way.channelsLast }] : []),
    ...(compiler ? [{ ...way, compile: !way.compile }] : []),
  ];
}
