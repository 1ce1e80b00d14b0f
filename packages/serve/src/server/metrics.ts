import { Counter, Gauge, Histogram, Registry as Numbers } from 'prom-client';
import type { RunReport } from '../batching/batcher.ts';
import type { LiveModel } from '../models/live-model.ts';

/** What a server counts, for Prometheus. */
export interface Metrics {
  request(route: string, method: string, status: number, milliseconds: number): void;
  inference(model: Named, outcome: 'ok' | 'failed', milliseconds: number): void;
  run(model: Named, report: RunReport): void;
  refused(reason: 'queue' | 'memory' | 'timeout' | 'closing' | 'gone'): void;
  /** In the text format of Prometheus. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
}

type Named = Pick<LiveModel, 'name' | 'version'>;

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** @param live The models as they are at the time of asking. */
export function createMetrics(live: () => readonly LiveModel[]): Metrics {
  const numbers = new Numbers();
  const registers = [numbers];
  const requests = new Counter({
    name: 'descent_http_requests_total',
    help: 'Requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'descent_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const inferences = new Histogram({
    name: 'descent_inference_duration_seconds',
    help: 'Inferences: their number, and from the decoded request to the outputs, waiting included.',
    labelNames: ['model', 'version', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const runs = new Histogram({
    name: 'descent_run_duration_seconds',
    help: 'Runs of the network: one for each batch.',
    labelNames: ['model', 'version'],
    buckets: SECONDS,
    registers,
  });
  const rows = new Histogram({
    name: 'descent_batch_rows',
    help: 'Samples of each run.',
    labelNames: ['model', 'version'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers,
  });
  const refusals = new Counter({
    name: 'descent_refused_total',
    help: 'Requests that were not answered: queue full, memory full, out of time, server ending, client gone.',
    labelNames: ['reason'],
    registers,
  });
  new Gauge({
    name: 'descent_waiting_requests',
    help: 'Requests that wait.',
    labelNames: ['model', 'version'],
    registers,
    collect() {
      this.reset();
      for (const { name, version, batcher } of live()) this.set({ model: name, version }, batcher.waiting());
    },
  });
  new Gauge({
    name: 'descent_models_ready',
    help: 'Versions of models that answer.',
    registers,
    collect() {
      this.set(live().length);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time on processors, of all threads.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  return {
    request(route, method, status, milliseconds) {
      requests.inc({ route, method, status });
      durations.observe({ route }, milliseconds / 1000);
    },
    inference: ({ name, version }, outcome, milliseconds) =>
      inferences.observe({ model: name, version, outcome }, milliseconds / 1000),
    run({ name, version }, report) {
      runs.observe({ model: name, version }, report.milliseconds / 1000);
      rows.observe({ model: name, version }, report.rows);
    },
    refused: (reason) => refusals.inc({ reason }),
    text: async () => ({ type: numbers.contentType, body: await numbers.metrics() }),
  };
}
