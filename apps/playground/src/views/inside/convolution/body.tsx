import { useMemo, useState } from 'preact/hooks';
import { useAsync } from '../../../ui/use-async.ts';
import { Controls } from './controls.tsx';
import './convolution.css';
import { convolve } from './convolve.ts';
import { type Geometry, outputSizeOf, padsOf, reachOf } from './geometry.ts';
import { texts } from './messages.ts';
import { type KernelName, kernel, type PictureName, picture } from './scene.ts';
import { SizeFormula } from './size-formula.tsx';
import { Stage } from './stage.tsx';

/** What is convolved, and how. */
export interface Setup extends Geometry {
  readonly picture: PictureName;
  readonly weights: KernelName;
}

const FIRST: Setup = {
  size: 7,
  channels: 1,
  kernel: 3,
  stride: 1,
  dilation: 1,
  padding: 'valid',
  picture: 'seven',
  weights: 'edges',
};

export function Body() {
  const t = texts();
  const [setup, setSetup] = useState(FIRST);
  const image = useMemo(() => picture(setup.picture, setup.channels, setup.size), [setup]);
  const weight = useMemo(() => kernel(setup.weights, setup.channels, setup.kernel), [setup]);
  const side = outputSizeOf(setup);
  const { value, error } = useAsync(
    async () => ({ setup, output: side === 0 ? [] : await convolve(setup, image, weight) }),
    [setup],
  );
  const [before, after] = padsOf(setup);
  return (
    <>
      <Controls setup={setup} onChange={setSetup} />
      {side === 0 ? (
        <p class="notice warn">{t.tooLarge(reachOf(setup), setup.size + before + after)}</p>
      ) : error !== null ? (
        <p class="notice wrong">{error.message}</p>
      ) : value?.setup === setup ? (
        <Stage geometry={setup} image={image} weight={weight} output={value.output} />
      ) : null}
      <SizeFormula geometry={setup} />
      <p class="soft small">{t.core}</p>
    </>
  );
}
