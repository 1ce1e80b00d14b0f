// What is computed block by block, so that it stays in the cache: see docs/decisions/020 and 023.
import type { Graph } from '@descent/core/backend';
import { chainsInBlocks } from './chain-loops.ts';
import { matricesInBlocks } from './matrix-loops.ts';

/** `g` with loops over blocks of what is large: batches of matrices, then chains of elementwise ops. */
export function inBlocks(g: Graph): Graph {
  return chainsInBlocks(matricesInBlocks(g));
}
