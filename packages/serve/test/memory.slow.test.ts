// What the server keeps of requests that are over: nothing. `npm run bench -- serve --requests 1000000` looks for longer, at the memory of a whole process.
import { Agent, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { doubling, infer, started } from './servers.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const PART = 1200;

test('requests that were answered, refused or left leave nothing behind', async () => {
  const { url } = await started(() => doubling({}, 256));
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const row = Array.from({ length: 256 }, (_, i) => i);
  const bodies = [infer([row, row]), infer([row]), { inputs: [] }, infer([[1]])].map((body) => JSON.stringify(body));
  const ask = (i: number): Promise<number> =>
    new Promise((resolve) => {
      const sent = request(`${url}/v2/models/digits/infer`, {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      sent.on('response', (answer) => answer.on('close', () => resolve(answer.statusCode ?? 0)).resume());
      sent.on('error', () => resolve(0));
      sent.end(bodies[i % bodies.length]);
      // One in fifty does not wait for its answer.
      if (i % 50 === 7) sent.destroy();
    });
  const part = async (): Promise<number> => {
    for (let i = 0; i < PART; i += 40) await Promise.all(Array.from({ length: 40 }, (_, k) => ask(i + k)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  await part();
  const sizes = [await part(), await part(), await part()];
  agent.destroy();
  // A request that stayed would be 8 kB and more.
  expect((sizes[2] as number) - (sizes[0] as number)).toBeLessThan(1.5e6);
});
