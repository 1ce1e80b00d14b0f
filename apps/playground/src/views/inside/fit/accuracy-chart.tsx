import { LineChart } from '../../../charts/line-chart.tsx';
import type { Series } from '../../../charts/series.ts';
import { gapOf } from '../../../diagnosis/gap.ts';
import type { EpochScores, SetName } from '../../../session/protocol.ts';
import { texts } from './messages.ts';

/** Accuracy on training and on held-out data after each epoch, with the gap between them shaded. */
export function AccuracyChart({ epochs }: { readonly epochs: readonly EpochScores[] }) {
  const t = texts();
  const curve = (set: SetName): Series | null => {
    const known = epochs.filter((scores) => typeof scores[set]?.accuracy === 'number');
    if (known.length === 0 && set !== 'train') return null;
    const y = known.map((scores) => scores[set]?.accuracy as number);
    return { name: t[set], tone: set, x: known.map(({ epoch }) => epoch), y };
  };
  const training = curve('train') as Series;
  const others = { validation: curve('validation'), test: curve('test') };
  const gap = gapOf(epochs);
  const heldOut = gap === null ? null : others[gap.set];
  return (
    <LineChart
      title={t.accuracy}
      x={{ title: t.epoch, whole: true }}
      y={{ title: t.accuracyAxis, style: 'percent' }}
      series={[training, others.validation, others.test].filter((one) => one !== null)}
      {...(heldOut !== null && { shade: [training, heldOut] as const })}
    />
  );
}
