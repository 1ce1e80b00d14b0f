// ONNX Runtime by itself on the same file, in a process of its own.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { answerRequests } from '../lib/processes.ts';

export interface DirectRequest {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: 'uint8' | 'float32';
  readonly ms: number;
}

export interface DirectResult {
  readonly rowsPerSecond: number;
  readonly cpuMsPerRow: number;
}

const sessions = new Map<string, InferenceSession>();

await answerRequests(async ({ path, shape, dtype, ms }: DirectRequest): Promise<DirectResult> => {
  const session = sessions.get(path) ?? (await InferenceSession.create(path, { intraOpNumThreads: 1 }));
  sessions.set(path, session);
  const count = shape.reduce((a, b) => a * b, 1);
  const data = dtype === 'uint8' ? new Uint8Array(count).fill(100) : new Float32Array(count).fill(0.5);
  const feeds = { [session.inputNames[0] ?? '']: new Tensor(dtype, data as Float32Array, shape) };
  for (let i = 0; i < 3; i++) await session.run(feeds);
  const cpu = process.cpuUsage();
  const start = performance.now();
  let runs = 0;
  for (; performance.now() - start < ms; runs++) await session.run(feeds);
  const rows = runs * (shape[0] ?? 1);
  const { user, system } = process.cpuUsage(cpu);
  return { rowsPerSecond: (1000 * rows) / (performance.now() - start), cpuMsPerRow: (user + system) / 1000 / rows };
});
