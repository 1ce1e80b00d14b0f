// Trains a network with Descent on ONNX Runtime in a process of its own; lines of JSON on stdin.
import { onnx } from '@descent/backend-onnx';
import { timeRequest } from '../lib/clock.ts';
import { answerRequests } from '../lib/processes.ts';
import { networkEntry } from '../scaling/entries.ts';
import { descentNetwork } from './descent.ts';
import type { Memory, NetworkRequest, Prepared } from './protocol.ts';

const MIB = 1024;

let step: (() => Promise<number>) | undefined;
await answerRequests(async (request: NetworkRequest) => {
  if (request.do === 'prepare') {
    const { net, files, threads } = request.task;
    const start = performance.now();
    step = await descentNetwork(networkEntry(net).make(), files, onnx({ threads }));
    const losses = [await step()];
    const firstStepMs = performance.now() - start;
    while (losses.length < request.steps) losses.push(await step());
    return { losses, firstStepMs } satisfies Prepared;
  }
  if (request.do === 'memory') return { peakMiB: process.resourceUsage().maxRSS / MIB } satisfies Memory;
  const next = step as () => Promise<number>;
  return timeRequest(request, async () => {
    await next();
    return 1;
  });
});
