// A page that loads the MNIST sample and makes batches of it.
import { loader, mnistSample } from '@descent/datasets';

export async function labels(): Promise<number> {
  let sum = 0;
  for (const { y } of loader(await mnistSample(), { batchSize: 100, shuffle: true, seed: 1 })) sum += y.data[0] ?? 0;
  return sum;
}
