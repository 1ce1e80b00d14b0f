export { writeAtomically } from '../atomic.ts';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
export {
  bestCheckpoint,
  type CheckpointOptions,
  checkpoints,
  type FoundCheckpoint,
  latestCheckpoint,
} from '../checkpoints.ts';
export { type Interrupt, interruptible } from '../interrupt.ts';
export { jsonLines } from '../json-lines.ts';
export { lockFolder } from '../lock.ts';
export { createEventFile, type EventFile } from '../tensorboard/event-file.ts';
export { tensorboard } from '../tensorboard/tensorboard.ts';
