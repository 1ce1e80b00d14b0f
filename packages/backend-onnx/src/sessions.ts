import { type CompiledProgram, type DType, type HeldState, isDynamic, numel } from '@descent/core/backend';
import { type Device, openDevice } from './device/device.ts';
import { type DeviceIdentity, identityOf } from './device/identity.ts';
import { withStop } from './device/offering.ts';
import type { DeviceOptions } from './device/options.ts';
import { createExecutable } from './executable.ts';
import type { ResultType } from './model/builder.ts';
import type { LazyPlans, Plan } from './plan.ts';
import type { Ort } from './runtime/runtime.ts';
import { createHeld, type Held } from './state.ts';

/** Where sessions and states live: in this thread or in another one. */
export interface Sessions<H extends HeldState> {
  open(plan: Plan, lazy: LazyPlans): Promise<CompiledProgram<H>>;
  /** What tells the device from others. */
  identity(): Promise<DeviceIdentity>;
  /** A state without entries. */
  state(): Promise<H>;
  dispose(): Promise<void>;
}

/** So much must be written that copying it costs more than an error does. */
const LEAST_OFFERED = 2 ** 20;
const OFFERED: readonly string[] = ['float32', 'int32', 'uint8', 'bool'] satisfies readonly DType[];

/** Whether all results of a program have types that are known before a run, and those that it writes are large. */
function takesOffers({ outputs, types, writes }: Plan): boolean {
  const known = [...types.values()].every(({ dtype, shape }) => OFFERED.includes(dtype) && !isDynamic(shape));
  const elements = writes.map((name) => numel((types.get(outputs.get(name) as string) as ResultType).shape));
  return known && elements.reduce((sum, n) => sum + n, 0) * Float32Array.BYTES_PER_ELEMENT >= LEAST_OFFERED;
}

/** Sessions in this thread. */
export function localSessions(options: DeviceOptions): Sessions<Held> & { device(): Promise<Device> } {
  let opened: Promise<Device> | undefined;
  const device = (): Promise<Device> => {
    opened ??= openDevice(options);
    return opened;
  };
  return {
    device,
    async open(plan, lazy) {
      const on = await device();
      const resident = plan.writes.map((name) => plan.outputs.get(name) as string);
      const offering = takesOffers(plan) ? await on.offering() : null;
      const session = await on.open({
        ...plan,
        ...(offering !== null && { bytes: withStop(plan.bytes) }),
        resident,
      });
      const { bytes: _, externalData: __, ...opened } = plan;
      // Only where it may be needed, since it keeps the bytes of the model.
      const openAhead = (): Promise<Ort.InferenceSession> => on.open({ ...plan, resident: [...plan.outputs.values()] });
      return createExecutable({
        plan: opened,
        lazy,
        session,
        device: on,
        ...(offering !== null && { offering }),
        ...(on.traits.steps === 'ahead' && { openAhead }),
      });
    },
    identity: async () => identityOf((await device()).ort, options),
    async state() {
      const { ort, memory } = await device();
      return createHeld(ort, memory);
    },
    async dispose() {
      await opened?.then(
        (on) => on.end(),
        () => {},
      );
    },
  };
}
