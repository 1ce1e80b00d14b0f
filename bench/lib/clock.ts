import { setTimeout as sleep } from 'node:timers/promises';

/** Some work, and the time that this process spent on it. */
export interface Timing {
  readonly steps: number;
  /** Of all threads of the process, in ms. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Pages of memory that the system had to hand out meanwhile: what an allocator costs that gives memory back. */
  readonly pageFaults: number;
}

/** What processes of engines are asked to measure. */
export type StepsRequest =
  /** Make `warm` steps, then measure `steps`. */
  | { readonly do: 'steps'; readonly warm: number; readonly steps: number }
  /** Make `warm` steps, then measure as many as begin within `ms`. */
  | { readonly do: 'burst'; readonly warm: number; readonly ms: number };

/** Answers such a request; `work` says how many steps it made. */
export async function timeRequest(request: StepsRequest, work: () => Promise<number>): Promise<Timing> {
  for (let warm = 0; warm < request.warm; ) warm += await work();
  return request.do === 'steps' ? timeSteps(request.steps, work) : timeBurst(request.ms, work);
}

/** Calls `work` until it has made `steps` steps; `work` says how many it made. */
export function timeSteps(steps: number, work: () => Promise<number>): Promise<Timing> {
  return timeWhile((done) => done < steps, work);
}

/** Calls `work` until `ms` have passed, at least once. */
function timeBurst(ms: number, work: () => Promise<number>): Promise<Timing> {
  return timeWhile((done, elapsed) => done === 0 || elapsed < ms, work);
}

async function timeWhile(
  goOn: (done: number, elapsed: number) => boolean,
  work: () => Promise<number>,
): Promise<Timing> {
  const faults = process.resourceUsage().minorPageFault;
  const cpu = process.cpuUsage();
  const start = performance.now();
  let steps = 0;
  while (goOn(steps, performance.now() - start)) steps += await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    steps,
    cpuMs: (user + system) / 1000,
    wallMs,
    pageFaults: process.resourceUsage().minorPageFault - faults,
  };
}

/** Lets the machine rest, so that its limits on sustained load do not meet the next measurement. */
export async function idle(ms: number): Promise<void> {
  await sleep(ms);
}
