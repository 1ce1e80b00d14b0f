import { Agent } from 'node:http';
import type { Peer } from '../lib/processes.ts';
import { slope } from '../lib/statistics.ts';
import { dropConnections } from './broken.ts';
import { type Question, tally } from './load.ts';
import { malformed } from './malformed.ts';
import type { MemoryReport, MemorySample } from './result.ts';
import type { Memory, ServerRequest } from './server-worker.ts';
import { openWire, requestBytes } from './wire.ts';

const PARTS = 40;
const CONNECTIONS = 8;

/**
 * The memory of a server over right requests, and over all else that leaves something behind where a server is not careful: requests that are refused, connections
 * that are dropped, models that are replaced while they are asked. The first quarter, in which code is compiled and pools fill, does not count.
 */
export async function benchMemory(
  peer: Peer,
  url: string,
  questions: readonly Question[],
  requests: number,
  onProgress: (line: string) => void,
): Promise<MemoryReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const wires = Array.from({ length: CONNECTIONS }, () => openWire(url));
  const asked = questions.map((one) => ({ one, bytes: requestBytes(url, one.path, one.message) }));
  const [valid] = questions as readonly [Question];
  const counted = tally();
  const samples: MemorySample[] = [];
  const every = Math.max(1, Math.ceil(requests / PARTS));
  const [wrong, drops, reloads] = [Math.ceil(every / 50), Math.ceil(every / 200), Math.ceil(every / 1000)];
  let parts = 0;
  for (let sent = 0; sent < requests; parts++) {
    let left = Math.min(every, requests - sent);
    sent += left;
    const right = wires.map(async (wire) => {
      while (left-- > 0) {
        const { one, bytes } = asked[left % asked.length] as (typeof asked)[number];
        counted.add(one, await wire.ask(bytes));
      }
    });
    const beside = async (): Promise<void> => {
      for (let i = 0; i < reloads; i++) await peer.ask({ do: 'reload' } satisfies ServerRequest);
    };
    await Promise.all([...right, beside(), malformed(url, valid, wrong, agent), dropConnections(url, valid, drops)]);
    const memory = await peer.ask<Memory>({ do: 'memory' } satisfies ServerRequest);
    samples.push({ sent, ...memory });
    const { resident, heap, external } = memory;
    onProgress(
      `serve: ${sent} requests: ${resident.toFixed(1)} MB resident, ${heap.toFixed(1)} heap, ${external.toFixed(1)} beside`,
    );
  }
  agent.destroy();
  for (const wire of wires) wire.close();
  const { sent, right } = counted.end();
  if (right !== sent) throw new Error(`of ${sent} requests ${sent - right} were not answered rightly`);
  const later = samples.slice(samples.length >> 2);
  // Of a line through all samples: one sample differs from the next by tens of megabytes, as V8 and the allocator keep memory or give it back.
  const growth = (what: 'resident' | 'heap'): number =>
    slope(later.map((one) => [one.sent, one[what]] as const)) * (sent - (later[0] as MemorySample).sent);
  return {
    requests,
    malformed: parts * wrong,
    dropped: parts * drops,
    reloads: parts * reloads,
    samples,
    growth: growth('resident'),
    heapGrowth: growth('heap'),
  };
}
