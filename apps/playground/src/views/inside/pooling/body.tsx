import { useMemo, useState } from 'preact/hooks';
import { useAsync } from '../../../ui/use-async.ts';
import { Choice } from '../choice.tsx';
import { drawnNumbers } from '../drawn-numbers.ts';
import { cellsOf, NumberGrid } from '../number-grid.tsx';
import { texts } from './messages.ts';
import { POOLS, type PoolSetup, pool, pooledSize } from './pool.ts';
import { PoolCard } from './pool-card.tsx';
import './pooling.css';

const SIZE = 6;
const WINDOWS = [2, 3];
const STRIDES = [1, 2, 3];
const LARGEST = 9;

export function Body() {
  const t = texts();
  const [setup, setSetup] = useState<PoolSetup>({ size: SIZE, kernel: 2, stride: 2 });
  const [seed, setSeed] = useState(5);
  const [chosen, setChosen] = useState(0);
  const [isAll, setIsAll] = useState(false);
  const image = useMemo(() => drawnNumbers(seed, SIZE * SIZE, 0, LARGEST), [seed]);
  const side = pooledSize(setup);
  const at = Math.min(chosen, side * side - 1);
  const [row, column] = [Math.floor(at / side), at % side];
  const { value, error } = useAsync(async () => {
    const dy = Float32Array.from({ length: side * side }, (_, i) => (isAll || i === at ? 1 : 0));
    return { setup, pooled: await Promise.all(POOLS.map((name) => pool(name, setup, image, dy))) };
  }, [setup, image, at, isAll]);
  const { kernel, stride } = setup;
  const isSeen = (y: number, x: number): boolean =>
    y >= row * stride && y < row * stride + kernel && x >= column * stride && x < column * stride + kernel;
  const outputAt = (place: number): number =>
    Math.min(Math.max(Math.round((place - (kernel - 1) / 2) / stride), 0), side - 1);
  return (
    <>
      <div class="row pooling-controls">
        <Choice
          label={t.kernel}
          of={WINDOWS}
          value={kernel}
          name={(k) => `${k} × ${k}`}
          onPick={(picked) => setSetup({ ...setup, kernel: picked })}
        />
        <Choice
          label={t.stride}
          of={STRIDES}
          value={stride}
          name={String}
          onPick={(picked) => setSetup({ ...setup, stride: picked })}
        />
        <Choice
          label={t.flow}
          of={['one', 'all'] as const}
          value={isAll ? 'all' : 'one'}
          name={(flow) => t[flow]}
          onPick={(flow) => setIsAll(flow === 'all')}
        />
        <button type="button" class="button" onClick={() => setSeed(seed + 1)}>
          {t.numbers}
        </button>
      </div>
      <div class="pooling-stage">
        <div class="stack">
          <NumberGrid
            caption={t.input}
            most={LARGEST}
            rows={cellsOf(image, SIZE, (y, x) => ({ color: 'grey', marks: isSeen(y, x) ? 'marked' : '' }))}
            onPoint={(y, x) => setChosen(outputAt(y) * side + outputAt(x))}
          />
          <label class="field">
            <span>
              {t.place}: {t.placeAt(row + 1, column + 1)}
            </span>
            <input
              type="range"
              min={0}
              max={side * side - 1}
              value={at}
              aria-valuetext={t.placeAt(row + 1, column + 1)}
              onInput={({ currentTarget }) => setChosen(Number(currentTarget.value))}
            />
          </label>
          <p class="soft small">{t.choose}</p>
          <p class="formula">{t.size(SIZE, kernel, stride, side)}</p>
        </div>
        {value?.setup !== setup
          ? null
          : POOLS.map((name, i) => (
              <PoolCard
                key={name}
                name={name}
                setup={setup}
                pooled={value.pooled[i]!}
                isSeen={isSeen}
                chosen={at}
                isAll={isAll}
              />
            ))}
      </div>
      {error === null ? null : <p class="notice wrong">{error.message}</p>}
      {stride < kernel ? <p class="notice">{t.overlap}</p> : stride > kernel ? <p class="notice">{t.gaps}</p> : null}
      <p class="soft small">{t.core}</p>
    </>
  );
}
