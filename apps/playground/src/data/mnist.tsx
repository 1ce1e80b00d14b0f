import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';
import type { Digits } from './digits.ts';
import { texts } from './messages.ts';

const SIDE = 28;
const IN_A_ROW = 12;

/** Real pictures of each class, others at each click. */
export function MnistPanel() {
  const t = texts();
  const [digits, setDigits] = useState<Digits | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isHere = true;
    void import('./digits.ts')
      .then(({ loadDigits }) => loadDigits())
      .then((loaded) => {
        if (isHere) setDigits(loaded);
      });
    return () => {
      isHere = false;
    };
  }, []);
  return (
    <div class="stack">
      <p class="soft">{t.mnistAbout}</p>
      <div class="digit-grid" aria-busy={digits === null}>
        {Array.from({ length: 10 }, (_, digit) => (
          <DigitRow key={digit} digit={digit} digits={digits} from={round * IN_A_ROW} />
        ))}
      </div>
      <div class="row">
        <button type="button" class="button" disabled={digits === null} onClick={() => setRound(round + 1)}>
          <Icon name="picture" />
          {digits === null ? t.loading : t.others}
        </button>
      </div>
    </div>
  );
}

function DigitRow({
  digit,
  digits,
  from,
}: {
  readonly digit: number;
  readonly digits: Digits | null;
  readonly from: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (digits === null || context === null || context === undefined) return;
    const rows = digits.byClass[digit] as readonly number[];
    for (let i = 0; i < IN_A_ROW; i++) {
      const row = rows[(from + i) % rows.length] as number;
      const image = context.createImageData(SIDE, SIDE);
      for (let p = 0; p < SIDE * SIDE; p++) {
        const grey = digits.pixels[row * SIDE * SIDE + p] as number;
        image.data.set([grey, grey, grey, 255], 4 * p);
      }
      context.putImageData(image, i * SIDE, 0);
    }
  }, [digits, digit, from]);
  return (
    <div class="digit-row">
      <strong aria-hidden="true">{digit}</strong>
      <canvas ref={canvas} width={SIDE * IN_A_ROW} height={SIDE} role="img" aria-label={texts().digitsOf(`${digit}`)} />
    </div>
  );
}
