import type { Program } from '@descent/core/backend';
import { blockedConvolutions, blockedStrategies } from './blocked-convolutions.ts';
import type { Device } from './device/device.ts';
import { type FoundBlock, knownBlock } from './device/find-block.ts';
import type { LowerOptions } from './lower.ts';

/** How programs are lowered on a device whose convolutions are faster in blocks. */
export type BlockedOptions = (program: Program) => Promise<BlockedLowering>;

export interface BlockedLowering extends Pick<LowerOptions, 'rewrite' | 'strategies'> {
  /** Channels in a block, where there are blocks. */
  readonly block?: number;
  /** What the executable says of it. */
  readonly notes?: readonly string[];
}

/**
 * Blocks for programs with convolutions whose filters are not constant: with those, ONNX Runtime makes blocks by itself. Which blocks there are is found out
 * at the first such program of a process. Without them, and where that could not be found out, convolutions are plain, and the executable says why.
 */
export function blockedOptions(device: () => Promise<Device>): BlockedOptions {
  const find = async (): Promise<FoundBlock> => {
    const { ort, open } = await device();
    try {
      return await knownBlock(ort, (bytes) => open({ bytes, level: 'disabled' }));
    } catch (error) {
      return { none: `this could not be found out: ${error instanceof Error ? error.message : error}` };
    }
  };
  return async ({ graph, constants = {} }) => {
    if (Object.keys(constants).length > 0 || !graph.nodes.some(({ op }) => op.name.startsWith('conv'))) return {};
    const found = await find();
    if ('none' in found) return { notes: [`convolutions do not have their channels in blocks: ${found.none}`] };
    const { block } = found;
    return { block, rewrite: blockedConvolutions(block), strategies: blockedStrategies(block) };
  };
}
