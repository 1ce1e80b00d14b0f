import type { Program } from '@descent/core/backend';
import { blockedConvolutions, blockedStrategies } from './blocked-convolutions.ts';
import type { Device } from './device/device.ts';
import { findBlock } from './device/find-block.ts';
import type { LowerOptions } from './lower.ts';

/** How programs are lowered on a device whose convolutions are faster in blocks. */
export type BlockedOptions = (program: Program) => Promise<BlockedLowering>;

export interface BlockedLowering extends Pick<LowerOptions, 'rewrite' | 'strategies'> {
  /** Channels in a block, where there are blocks. */
  readonly block?: number;
}

/**
 * Blocks for programs with convolutions whose filters are not constant: with those, ONNX Runtime makes blocks by itself. Which blocks there are is found out
 * at the first such program.
 */
export function blockedOptions(device: () => Promise<Device>): BlockedOptions {
  let found: Promise<number | null> | undefined;
  const find = async (): Promise<number | null> => {
    const { ort, open } = await device();
    return findBlock(ort, (bytes) => open({ bytes }));
  };
  return async ({ graph, constants = {} }) => {
    if (Object.keys(constants).length > 0 || !graph.nodes.some(({ op }) => op.name.startsWith('conv'))) return {};
    found ??= find();
    const block = await found;
    return block === null ? {} : { block, rewrite: blockedConvolutions(block), strategies: blockedStrategies(block) };
  };
}
