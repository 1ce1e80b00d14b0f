import { cellsOf, NumberGrid } from '../number-grid.tsx';
import { texts } from './messages.ts';
import { type Pooled, type PoolName, type PoolSetup, pooledSize } from './pool.ts';

interface PoolCardProps {
  readonly name: PoolName;
  readonly setup: PoolSetup;
  readonly pooled: Pooled;
  /** Whether the chosen window sees a place of the input. */
  readonly isSeen: (row: number, column: number) => boolean;
  readonly chosen: number;
  readonly isAll: boolean;
}

/** What one kind of pooling gives, and where its gradient goes. */
export function PoolCard({ name, setup, pooled, isSeen, chosen, isAll }: PoolCardProps) {
  const t = texts();
  const side = pooledSize(setup);
  const most = Math.max(1, ...pooled.output.map(Math.abs));
  return (
    <div class="card stack" data-pool={name}>
      <h3>{t[name]}</h3>
      <NumberGrid
        caption={t.output}
        most={most}
        rows={cellsOf(pooled.output, side, (row, column) => ({
          color: 'grey',
          marks: row * side + column === chosen ? 'strong' : '',
        }))}
      />
      <NumberGrid
        caption={t.gradient}
        most={1}
        rows={cellsOf(pooled.gradient, setup.size, (row, column) => ({
          marks: isSeen(row, column) && !isAll ? 'marked' : '',
        }))}
      />
      <p class="small">{name === 'max' ? t.maxRule : t.meanRule(setup.kernel ** 2)}</p>
    </div>
  );
}
