import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ConformanceFindings, Effort, Findings } from './findings.ts';
import type { WorkerTask } from './worker.ts';

/**
 * Examines a device in a process of its own. What it found before it ended or its time was up is there in any case.
 * `worker` is replaced in tests.
 */
export async function examineInNode(
  task: WorkerTask,
  environment: Readonly<Record<string, string>>,
  worker: string = fileURLToPath(new URL('./worker.js', import.meta.url)),
): Promise<Findings> {
  const child = fork(worker, [JSON.stringify(task)], {
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let found: Findings = { problems: [] };
  let complaints = '';
  child.on('message', (part: Partial<Findings>) => {
    found = merged(found, part);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000);
  });
  const { deviceSeconds } = task.effort;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, deviceSeconds * 1000);
  const [code, signal] = await new Promise<[number | null, string | null]>((ended) => {
    child.once('close', (exit, by) => ended([exit, by]));
    child.once('error', (error) => {
      complaints += error.message;
      ended([null, null]);
    });
  });
  clearTimeout(timer);
  if (isLate) return merged(found, { problems: [`stopped after ${deviceSeconds} s`] });
  if (code === 0) return found;
  const last = complaints.trim().split('\n').at(-1) ?? '';
  return merged(found, { problems: [`its process ended with ${signal ?? code}${last === '' ? '' : `: ${last}`}`] });
}

/**
 * Examines a device with the tests of the kit shared out to several processes, when curves and times, which they would disturb, are there.
 * `worker` is replaced in tests.
 */
export async function examineInProcesses(
  task: WorkerTask,
  processes: number,
  environment: Readonly<Record<string, string>>,
  worker?: string,
): Promise<Findings> {
  const { effort } = task;
  const first = await examineInNode({ ...task, effort: { ...effort, conformanceSeconds: 0 } }, environment, worker);
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const share: Effort = { ...effort, curveSteps: 0, benchSeconds: 0, part: { index, of: processes } };
      return examineInNode({ ...task, effort: share }, environment, worker);
    }),
  );
  const problems = [...first.problems, ...new Set(parts.flatMap((part) => part.problems))];
  const tested = parts.flatMap(({ conformance }) => conformance ?? []);
  if (tested.length === 0) return { ...first, problems };
  const conformance: ConformanceFindings = {
    passed: tested.reduce((sum, { passed }) => sum + passed, 0),
    failed: tested.flatMap(({ failed }) => failed),
    limits: tested.flatMap(({ limits }) => limits),
    skipped: tested.reduce((sum, { skipped }) => sum + skipped, 0),
  };
  return { ...first, conformance, problems };
}

/** Findings with one more part. */
export function merged(found: Findings, part: Partial<Findings>): Findings {
  return { ...found, ...part, problems: [...found.problems, ...(part.problems ?? [])] };
}
