import { onnx } from '@descent/backend-onnx';
import { afterAll, describe, expect, test } from 'vitest';
import { type Peer, startPeer } from '../lib/processes.ts';
import { findTorch } from '../lib/python.ts';
import { COMPARED_STEPS, lossesNote } from '../lib/turns.ts';
import { descentNetwork } from '../networks/descent.ts';
import { torchProgram } from '../networks/engines.ts';
import { writeNetworkFiles } from '../networks/files.ts';
import { NETWORKS, type NetworkName } from '../networks/networks.ts';
import type { NetworkRequest, Prepared } from '../networks/protocol.ts';
import { AS_INSTALLED, type Way } from '../networks/ways.ts';
import { networkEntry } from '../scaling/entries.ts';

const torch = findTorch();
if ('missing' in torch) console.log(`networks are not compared: ${torch.missing}`);
let started: Peer | undefined;

function peer(): Peer {
  started ??= startPeer(torchProgram('python' in torch ? torch.python : '', 1, AS_INSTALLED));
  return started;
}
afterAll(() => started?.end());

async function lossesOfBoth(net: string, way: Way): Promise<readonly [readonly number[], readonly number[]]> {
  const { make, torch: file, sizes = {} } = networkEntry(net);
  const network = make();
  const { files, remove } = await writeNetworkFiles(network);
  const backend = onnx({ threads: 1 });
  try {
    const step = await descentNetwork(network, files, backend);
    const own: number[] = [];
    while (own.length < COMPARED_STEPS) own.push(await step());
    const task = { net, torch: file, sizes, optimizer: network.optimizer, threads: 1, files, way };
    const request: NetworkRequest = { do: 'prepare', task, steps: COMPARED_STEPS };
    return [own, (await peer().ask<Prepared>(request)).losses];
  } finally {
    remove();
    await backend.dispose();
  }
}

describe.skipIf('missing' in torch)('Descent and PyTorch train alike from the same weights', () => {
  test.each(Object.keys(NETWORKS) as NetworkName[])('%s', async (net) => {
    const [own, theirs] = await lossesOfBoth(net, AS_INSTALLED);
    expect(new Set(own).size).toBe(COMPARED_STEPS);
    expect(lossesNote(theirs, own)).toEqual([]);
  });

  test.each(['mlp depth=8', 'conv depth=4', 'gpt time=16 batch=16', 'lstm steps=8'])(
    'in other sizes: %s',
    async (net) => {
      const [own, theirs] = await lossesOfBoth(net, AS_INSTALLED);
      expect(lossesNote(theirs, own)).toEqual([]);
    },
  );

  test.each(['fused', 'foreach'] as const)('with the %s optimizer and channels last, too', async (optimizer) => {
    const [own, theirs] = await lossesOfBoth('siamese', { ...AS_INSTALLED, channelsLast: true, optimizer });
    expect(lossesNote(theirs, own)).toEqual([]);
  });

  test('parameters of other names are refused by name', async () => {
    const { files, remove } = await writeNetworkFiles(NETWORKS.vae.make());
    const { lr, kind } = NETWORKS.words.make().optimizer;
    const task = {
      net: 'words',
      torch: 'words',
      sizes: {},
      optimizer: { kind, lr },
      threads: 1,
      files,
      way: AS_INSTALLED,
    };
    const refused = peer().ask({ do: 'prepare', task, steps: COMPARED_STEPS });
    await expect(refused).rejects.toThrow(/parameters differ: without a value \['embed.weight'/);
    remove();
  });
});
