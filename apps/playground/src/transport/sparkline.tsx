import { run } from '../session/run.ts';
import { texts } from './messages.ts';
import { sparklinePath } from './sparkline-path.ts';

const WIDTH = 120;
const HEIGHT = 32;

/** The loss of all batches so far, as a line without axes; the training view has the chart. */
export function Sparkline() {
  return (
    <svg class="transport-sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={texts().sparkline}>
      <path d={sparklinePath(run.curve.value.losses, WIDTH, HEIGHT)} />
    </svg>
  );
}
