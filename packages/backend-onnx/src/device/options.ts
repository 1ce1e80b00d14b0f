import { ValueError } from '@descent/core/backend';
import { DEFAULT_DEVICE, defaultThreads } from '#defaults';
import type { MeasuredChoices } from '../choices/choice-options.ts';
import type { OptimizationLevel } from '../optimization-level.ts';
import type { DeviceName, Fallback, WasmPaths } from './names.ts';
import { TRAITS } from './traits.ts';

/** What a device is opened with: plain data, which can be sent to another thread. */
export interface DeviceOptions {
  readonly device: DeviceName;
  /** Threads that share the work of one operator. */
  readonly threads: number;
  /** Whether the user asked for that number, or it may be another one. */
  readonly exactThreads: boolean;
  readonly spinning: boolean;
  /** Default: what the model is said to be suited to. */
  readonly graphOptimizationLevel?: OptimizationLevel | undefined;
  readonly wasmPaths?: WasmPaths | undefined;
  /** Which of several graphics devices. */
  readonly deviceId?: number | undefined;
  /** What happens to operators that the device does not have. */
  readonly fallback: Fallback;
  /** Whether checks that were passed are remembered for other processes. */
  readonly rememberChecks: boolean;
  /** How ways to compute ops are measured; null: rules choose them. */
  readonly choices: MeasuredChoices | null;
}

/** What users say about a device; what they leave out has a default. */
export interface GivenOptions {
  readonly device?: DeviceName | undefined;
  readonly threads?: number | undefined;
  readonly spinning?: boolean | undefined;
  readonly graphOptimizationLevel?: OptimizationLevel | undefined;
  readonly wasmPaths?: WasmPaths | undefined;
  readonly deviceId?: number | undefined;
  readonly fallback?: Fallback | undefined;
  readonly rememberChecks?: boolean | undefined;
  readonly choices?: 'rules' | 'measured' | MeasuredChoices | undefined;
}

const LEVELS: readonly OptimizationLevel[] = ['disabled', 'basic', 'extended', 'all'];

/** Fills in the defaults. Throws a `ValueError` for what is outside its domain, or what the device does not have. */
export function deviceOptions(given: GivenOptions): DeviceOptions {
  const {
    device = DEFAULT_DEVICE,
    threads,
    spinning,
    graphOptimizationLevel,
    wasmPaths,
    deviceId,
    fallback,
    rememberChecks,
    choices,
  } = given;
  expectOneOf('device', device, Object.keys(TRAITS));
  expectOneOf('graphOptimizationLevel', graphOptimizationLevel ?? 'extended', LEVELS);
  expectOneOf('fallback', fallback ?? 'refuse', ['refuse', 'allow']);
  if (choices !== undefined && (typeof choices !== 'object' || choices === null))
    expectOneOf('choices', choices, ['rules', 'measured']);
  if (deviceId !== undefined) expectDeviceId(deviceId);
  if (threads !== undefined) expectThreads(threads);
  const { options } = TRAITS[device];
  for (const [name, value] of Object.entries({
    threads,
    spinning,
    wasmPaths,
    deviceId,
    fallback,
    rememberChecks,
    choices,
  })) {
    if (value !== undefined && !options.includes(name)) throw foreignOption(name, device);
  }
  return {
    device,
    threads: threads ?? defaultThreads(device),
    exactThreads: threads !== undefined,
    spinning: spinning ?? true,
    graphOptimizationLevel,
    wasmPaths,
    deviceId,
    fallback: fallback ?? 'refuse',
    rememberChecks: rememberChecks ?? true,
    choices: typeof choices === 'object' ? choices : choices === 'measured' ? {} : null,
  };
}

/** Throws a `ValueError` unless `value` is one of those. */
export function expectOneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new ValueError(`the ONNX backend was given an invalid ${option}`, {
    path: option,
    received: String(value),
    expected: allowed.join(', '),
  });
}

function expectThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new ValueError('an ONNX Runtime session needs threads', {
    path: 'threads',
    received: `${threads}`,
    expected: `an integer of at least 1; more than the ${defaultThreads('cpu')} cores of this machine makes it slower`,
  });
}

function expectDeviceId(deviceId: number): void {
  if (Number.isInteger(deviceId) && deviceId >= 0) return;
  throw new ValueError('a graphics device is chosen by its number', {
    path: 'deviceId',
    received: `${deviceId}`,
    expected: 'an integer of at least 0',
  });
}

function foreignOption(name: string, device: DeviceName): ValueError {
  const having = Object.entries(TRAITS).filter(([, { options }]) => options.includes(name));
  return new ValueError(`onnx:${device} has no option ${name}`, {
    path: name,
    received: name,
    expected: `device: ${having.map(([other]) => `'${other}'`).join(' or ')} for that option`,
    fix: `leave ${name} out`,
  });
}
