import type { Finding, Machine, Section } from './finding.ts';

/** Which libraries of CUDA the engines look for: ONNX Runtime's provider is linked to these. */
const CUDA: readonly string[] = ['libcudart', 'libcublasLt', 'libcudnn'];
const DRIVERS: readonly string[] = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/** Graphics devices, CUDA with cuDNN, Vulkan, and what WebAssembly can do here. */
export function graphicsSection(machine: Machine, platform: NodeJS.Platform = process.platform): Section {
  return {
    title: 'Graphics and WebAssembly',
    findings: [...nvidiaFindings(machine, platform), ...vulkanFindings(machine, platform), wasmFinding()],
  };
}

function nvidiaFindings(machine: Machine, platform: NodeJS.Platform): readonly Finding[] {
  const what = 'NVIDIA';
  const query = '--query-gpu=name,driver_version,memory.total';
  const listed = machine.output('nvidia-smi', query, '--format=csv,noheader')?.trim();
  if (listed === undefined || listed === '') {
    if (machine.read('/proc/driver/nvidia/version') === undefined) {
      return [{ what, state: 'ok', found: 'no NVIDIA GPU: CUDA is not needed' }];
    }
    const fix = 'nvidia-smi says what is wrong; in a container, start it with docker run --gpus all';
    return [{ what, state: 'problem', found: 'a driver, but nvidia-smi does not answer', fix }];
  }
  const gpus: readonly Finding[] = listed.split('\n').map((line) => ({ what, state: 'ok', found: line.trim() }));
  return platform === 'linux' ? [...gpus, cudaFinding(machine)] : gpus;
}

function cudaFinding(machine: Machine): Finding {
  const files = libraries(machine);
  const missing = CUDA.filter((name) => !files.some((file) => file.startsWith(`${name}.so`)));
  if (missing.length === 0) {
    const found = CUDA.map((name) => files.find((file) => file.startsWith(`${name}.so`))).join(', ');
    return { what: 'CUDA', state: 'ok', found };
  }
  return {
    what: 'CUDA',
    state: 'problem',
    found: `the loader of the system does not find ${missing.join(', ')}`,
    fix: `install CUDA and cuDNN from https://developer.nvidia.com/cudnn, or add their folder to LD_LIBRARY_PATH`,
  };
}

function vulkanFindings(machine: Machine, platform: NodeJS.Platform): readonly Finding[] {
  // Elsewhere WebGPU is made of what the system brings.
  if (platform !== 'linux') return [];
  const what = 'Vulkan';
  if (!libraries(machine).some((file) => file.startsWith('libvulkan.so'))) {
    const fix = 'for onnx:webgpu: apt-get install libvulkan1 mesa-vulkan-drivers';
    return [{ what, state: 'note', found: 'no libvulkan: WebGPU cannot run in Node', fix }];
  }
  const named = machine.env['VK_DRIVER_FILES'] ?? machine.env['VK_ICD_FILENAMES'];
  const found = named ?? DRIVERS.flatMap((folder) => machine.output('ls', folder)?.split('\n') ?? []).filter(isDriver);
  if (found.length > 0) return [{ what, state: 'ok', found: `drivers: ${[found].flat().join(', ')}` }];
  const fix = 'apt-get install mesa-vulkan-drivers, or the driver of your graphics card';
  return [{ what, state: 'note', found: 'libvulkan, but no driver', fix }];
}

function isDriver(file: string): boolean {
  return file.endsWith('.json');
}

/** The names of the libraries that the system's loader and `LD_LIBRARY_PATH` have. */
function libraries({ env, output }: Machine): readonly string[] {
  const cached = output('ldconfig', '-p') ?? output('/sbin/ldconfig', '-p') ?? '';
  const known = [...cached.matchAll(/^\s+(\S+)/gm)].map(([, name]) => name as string);
  const folders = (env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return [...known, ...folders.flatMap((folder) => output('ls', folder)?.split('\n') ?? [])];
}

/** A module with one instruction of 128 bits: `v128.const 0`, dropped. */
const SIMD: readonly number[] = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12],
  ...new Array<number>(16).fill(0),
  ...[26, 11],
];

function wasmFinding(): Finding {
  const what = 'WebAssembly';
  const simd = WebAssembly.validate(Uint8Array.from(SIMD));
  const threads = typeof SharedArrayBuffer === 'function';
  const found = `${simd ? 'SIMD' : 'no SIMD'}, ${threads ? 'threads' : 'no threads'}`;
  return simd && threads
    ? { what, state: 'ok', found }
    : { what, state: 'problem', found, fix: 'start Node without flags that turn them off (NODE_OPTIONS)' };
}

// What hosts offer, which is not part of the language's own library types.
declare const WebAssembly: { validate(bytes: Uint8Array): boolean };
