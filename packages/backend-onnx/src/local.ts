import { type Backend, createBackend, type Program } from '@descent/core/backend';
import { blockedOptions, choosePlan, inBlocks } from '#runtime';
import type { BlockedLowering } from './blocked-options.ts';
import type { DeviceOptions } from './device/options.ts';
import { TRAITS } from './device/traits.ts';
import type { LowerOptions } from './lower.ts';
import type { Dialect } from './lowerings/context.ts';
import { openPlaced, type Placement } from './placement.ts';
import { lazyPlansOf, type Plan, planOf } from './plan.ts';
import { localSessions } from './sessions.ts';
import type { Held } from './state.ts';

/** A backend that lives in this thread. A page fetches this file, and all that lowers programs, when it first needs it. */
export function localBackend(name: string, device: DeviceOptions, dialect?: Dialect): Backend {
  const traits = TRAITS[device.device];
  const isPlainCpu = device.device === 'cpu' && (dialect ?? traits.dialect) === 'cpu';
  const options: LowerOptions = {
    dialect: dialect ?? traits.dialect,
    threads: device.threads,
    // WebAssembly has the threads that the first backend of the process or page started.
    inBlocks: isPlainCpu ? inBlocks : null,
    isSequential: device.device === 'cpu' && device.threads === 1,
  };
  const sessions = localSessions(device);
  const blocked = isPlainCpu ? (blockedOptions?.(sessions.device) ?? null) : null;
  const chosen = isPlainCpu ? choosePlan?.(sessions.device, device) : undefined;
  const placement: Placement<Held> = { name, options, fallback: device.fallback, sessions };
  const optionsOf = async (program: Program): Promise<LowerOptions & BlockedLowering> => ({
    ...options,
    ...(blocked !== null && (await blocked(program))),
    ...(options.dialect === 'cpu' &&
      Object.keys(program.constants ?? {}).length > 0 && {
        operators: (await import('./asked-operators.ts')).askedOperators,
      }),
  });
  return createBackend<Held>({
    name,
    ...(traits.constantBytes !== undefined && { constantBytes: traits.constantBytes }),
    async compile(program) {
      // ONNX Runtime's kernels for the processor are checked by the conformance suite; those for others depend on drivers.
      const own = await optionsOf(program);
      const checked = traits.isProcessor
        ? ((await chosen?.(program, own)) ?? { plan: planOf(program, own), options: own })
        : await (await import('./check/self-check.ts')).checkedPlan(
            { ...placement, remembers: device.rememberChecks },
            program,
          );
      return openPlaced(
        { ...placement, options: checked.options },
        program,
        withNotes(checked.plan, own.notes),
        lazyPlansOf(program, checked.options, checked.plan.level),
      );
    },
    state: () => sessions.state(),
    dispose: () => sessions.dispose(),
  });
}

function withNotes(plan: Plan, notes: readonly string[] | undefined): Plan {
  return notes === undefined ? plan : { ...plan, notes: [...notes, ...plan.notes] };
}
