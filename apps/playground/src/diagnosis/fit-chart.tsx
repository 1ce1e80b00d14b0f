import { LineChart } from '../charts/line-chart.tsx';
import type { Series } from '../charts/series.ts';
import type { EpochScores } from '../session/protocol.ts';
import { gapOf } from './gap.ts';
import { texts } from './messages.ts';

/** Loss on training and on held-out data after each epoch, with the gap between them shaded. */
export function FitChart({ epochs }: { readonly epochs: readonly EpochScores[] }) {
  const t = texts();
  const curve = (set: 'train' | 'validation' | 'test'): Series[] => {
    const known = epochs.filter((scores) => scores[set] !== null);
    if (known.length === 0 && set !== 'train') return [];
    return [
      { name: t[set], tone: set, x: known.map(({ epoch }) => epoch), y: known.map((s) => s[set]?.loss ?? Number.NaN) },
    ];
  };
  const [training] = curve('train') as [Series];
  const validation = curve('validation');
  const test = curve('test');
  const gap = gapOf(epochs);
  const heldOut = gap === null ? undefined : (gap.set === 'validation' ? validation : test)[0];
  return (
    <LineChart
      title={t.chart}
      x={{ title: t.epoch, whole: true }}
      y={{ title: t.loss, choice: true }}
      series={[training, ...validation, ...test]}
      {...(heldOut !== undefined && { shade: [training, heldOut] })}
    />
  );
}
