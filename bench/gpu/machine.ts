import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** Where a report comes from. */
export interface MachineDescription {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Graphics devices as the system names them, with driver where it is told. */
  readonly gpus: readonly string[];
  /** `null` when there is none. */
  readonly browser: string | null;
  readonly commit: string | null;
}

export function describeMachine(browser: string | null): MachineDescription {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    gpus: graphicsDevices(process.platform),
    browser: browser === null ? null : (said(browser, '--version')[0] ?? browser),
    commit: said('git', 'rev-parse', '--short', 'HEAD')[0] ?? null,
  };
}

/** Graphics devices of this machine, as far as its tools tell them. */
function graphicsDevices(platform: NodeJS.Platform): readonly string[] {
  const nvidia = said('nvidia-smi', '--query-gpu=name,driver_version,memory.total', '--format=csv,noheader');
  if (platform === 'darwin') {
    return said('system_profiler', 'SPDisplaysDataType').filter((line) => line.startsWith('Chipset Model:'));
  }
  if (platform === 'win32') {
    const command =
      'Get-CimInstance Win32_VideoController | ForEach-Object { $_.Name + ", driver " + $_.DriverVersion }';
    return said('powershell', '-NoProfile', '-Command', command);
  }
  const others = said('lspci').filter(
    (line) => /VGA|3D controller|Display controller/.test(line) && !/NVIDIA/.test(line),
  );
  return [...nvidia.map((line) => `${line} (nvidia-smi)`), ...others];
}

/** The lines that a program writes; none when it is not there or fails. */
function said(command: string, ...words: readonly string[]): readonly string[] {
  const { status, stdout } = spawnSync(command, words, { encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) return [];
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
