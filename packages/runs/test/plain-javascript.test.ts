// What a compiler would refuse: told what is wrong, before anything is written to a folder called undefined.
import * as runs from '@descent/runs';
import { expect, test } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript has no types.
const r = runs as any;

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    return String(error).replaceAll('\n', ' ');
  }
  throw new Error(`nothing was thrown by ${String(run)}`);
}

test.each([
  [() => r.checkpoints(), /checkpoints takes its options as one object.*received: undefined/],
  [() => r.checkpoints('runs/first'), /checkpoints takes its options as one object.*received: the text "runs\/first"/],
  [() => r.checkpoints({}), /checkpoints needs the path of a folder.*received: undefined/],
  [() => r.checkpoints({ folder: 'a', everyStep: 5 }), /no option 'everyStep'; did you mean 'everySteps'/],
  [() => r.checkpoints({ folder: 'a', everySteps: '5' }), /everySteps.*received: 5/],
  [() => r.latestCheckpoint(), /latestCheckpoint needs the path of a folder.*received: undefined/],
  [() => r.bestCheckpoint({ folder: 'a' }), /bestCheckpoint needs the path of a folder.*an object with folder/],
  [() => r.tensorboard(), /tensorboard needs the path of a folder/],
  [() => r.jsonLinesLog(''), /jsonLinesLog needs the path of a file.*the text ""/],
  [() => r.lockFolder(), /lockFolder needs the path of a folder/],
])('%s', async (run, message) => {
  expect(await messageOf(run)).toMatch(message);
});
