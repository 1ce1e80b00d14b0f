// By itself, so that pages can import it: nothing of Node is reachable.
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
export {
  bestCheckpoint,
  type CheckpointOptions,
  checkpoints,
  type FoundCheckpoint,
  latestCheckpoint,
} from '../checkpoints.ts';
export { checkpointSteps, checkpointUntil } from '../find-checkpoints.ts';
