// Examines one device in a process of its own: it may hang, or end the process. Tells what it finds by messages.
import { readFile } from 'node:fs/promises';
import type { DeviceDescription } from './devices.ts';
import { examine, messageOf, type Tell } from './examine.ts';
import type { Effort } from './findings.ts';
import { limitsOf } from './limits.ts';
import { openInNode } from './open.ts';
import { unpackImages } from './training-images.ts';

/** What the process is started with, as JSON. */
export interface WorkerTask extends Pick<DeviceDescription, 'backend' | 'kind'> {
  readonly effort: Effort;
  /** A file that `packImages` has written. */
  readonly images: string;
}

const { backend: name, kind, effort, images } = JSON.parse(process.argv[2] as string) as WorkerTask;
const tell: Tell = (part) => new Promise((told) => process.send?.(part, () => told()));
try {
  const backend = await openInNode(name);
  const data = unpackImages(await readFile(images));
  await examine(backend, { effort, isGraphics: kind === 'graphics', limits: limitsOf(name), data }, tell);
} catch (error) {
  await tell({ problems: [messageOf(error)] });
}
// Drivers may not survive the end of a process, and everything has been told.
process.exit(0);
