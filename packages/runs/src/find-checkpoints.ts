import { ValueError } from '@descent/core';
import { openFolder } from '#folder';
import { decodeCheckpoint } from './checkpoint.ts';
import type { FoundCheckpoint } from './checkpoints.ts';
import { expectPath } from './expect-path.ts';

const NAME = /^step-(\d{9})\.safetensors$/;
const BEST = 'best.safetensors';

/** The updates after which there are numbered checkpoints in `folder`, the oldest first. Whether they are intact is not looked at. */
export async function checkpointSteps(folder: string): Promise<readonly number[]> {
  expectPath('checkpointSteps', folder, 'folder');
  const names = await openFolder(folder).list();
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The newest intact checkpoint in `folder` of at most `step` updates, that of the best epoch among them; `null` when there is none. Damaged ones, and those
 * that went meanwhile, are passed over; `damaged` names the former.
 */
export async function checkpointUntil(folder: string, step: number): Promise<FoundCheckpoint | null> {
  expectPath('checkpointUntil', folder, 'folder');
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new ValueError('checkpointUntil was given no number of steps', {
      path: 'step',
      received: String(step),
      expected: 'a whole number of at least 0',
    });
  }
  const files = openFolder(folder);
  const steps = (await checkpointSteps(folder)).filter((one) => one <= step).reverse();
  const damaged: string[] = [];
  const read = async (name: string): Promise<FoundCheckpoint | null> => {
    const path = files.pathOf(name);
    try {
      return { ...(await decodeCheckpoint(await files.read(name), path)), path, damaged };
    } catch (error) {
      // A run that trains meanwhile removes its old ones.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        damaged.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  let found: FoundCheckpoint | null = null;
  for (const one of steps) {
    found = await read(`step-${String(one).padStart(9, '0')}.safetensors`);
    if (found !== null) break;
  }
  const names = await files.list();
  const best = names.includes(BEST) ? await read(BEST) : null;
  const isNewer = best !== null && best.state.step <= step && best.state.step > (found?.state.step ?? -1);
  return isNewer ? best : found;
}
