import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A small disk of its own at `folder` while `use` runs, or why there can be none. */
export function withSmallDisk(folder: string, bytes: number, use: () => void): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can mount a small disk, and on Linux';
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status !== 0) return `a small disk cannot be mounted here: ${mounted.stderr ?? mounted.error?.message}`;
  try {
    use();
  } finally {
    spawnSync('umount', [folder]);
  }
  return null;
}
