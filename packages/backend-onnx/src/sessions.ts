import type { CompiledProgram, HeldState } from '@descent/core/backend';
import { type Device, openDevice } from './device/device.ts';
import { type DeviceIdentity, identityOf } from './device/identity.ts';
import type { DeviceOptions } from './device/options.ts';
import { createExecutable } from './executable.ts';
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

/** Sessions in this thread. */
export function localSessions(options: DeviceOptions): Sessions<Held> {
  let opened: Promise<Device> | undefined;
  const device = (): Promise<Device> => {
    opened ??= openDevice(options);
    return opened;
  };
  return {
    async open(plan, lazy) {
      const on = await device();
      const resident = plan.writes.map((name) => plan.outputs.get(name) as string);
      const session = await on.open({ ...plan, resident });
      const { bytes: _, externalData: __, ...opened } = plan;
      // Only where it may be needed, since it keeps the bytes of the model.
      const openAhead = (): Promise<Ort.InferenceSession> => on.open({ ...plan, resident: [...plan.outputs.values()] });
      return createExecutable({
        plan: opened,
        lazy,
        session,
        device: on,
        ...(on.traits.steps === 'ahead' && { openAhead }),
      });
    },
    identity: async () => identityOf((await device()).ort, options),
    state: async () => createHeld((await device()).memory),
    async dispose() {},
  };
}
