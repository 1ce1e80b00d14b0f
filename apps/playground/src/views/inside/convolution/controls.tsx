import { Choice } from '../choice.tsx';
import type { Setup } from './body.tsx';
import { texts } from './messages.ts';
import { KERNELS, PICTURES } from './scene.ts';

const SIZES = [5, 6, 7, 8, 9];
const CHANNELS = [1, 2, 3];
const KERNEL_SIZES = [1, 2, 3, 4, 5];
const STRIDES = [1, 2, 3];
const DILATIONS = [1, 2, 3];
const PADDINGS = ['valid', 'same', 1, 2, 3] as const;

interface ControlsProps {
  readonly setup: Setup;
  readonly onChange: (setup: Setup) => void;
}

export function Controls({ setup, onChange }: ControlsProps) {
  const t = texts();
  const set = (part: Partial<Setup>): void => onChange({ ...setup, ...part });
  const padding = (value: Setup['padding']): string => (typeof value === 'number' ? String(value) : t[value]);
  return (
    <div class="convolution-controls">
      <Choice
        label={t.padding}
        of={PADDINGS}
        value={setup.padding}
        name={padding}
        onPick={(p) => set({ padding: p })}
      />
      <Choice label={t.stride} of={STRIDES} value={setup.stride} name={String} onPick={(stride) => set({ stride })} />
      <Choice
        label={t.channels}
        of={CHANNELS}
        value={setup.channels}
        name={String}
        onPick={(c) => set({ channels: c })}
      />
      <Choice
        label={t.dilation}
        of={DILATIONS}
        value={setup.dilation}
        name={String}
        onPick={(dilation) => set({ dilation })}
      />
      <Choice
        label={t.kernel}
        of={KERNEL_SIZES}
        value={setup.kernel}
        name={square}
        onPick={(k) => set({ kernel: k })}
      />
      <Choice label={t.size} of={SIZES} value={setup.size} name={square} onPick={(size) => set({ size })} />
      <Choice
        label={t.picture}
        of={PICTURES}
        value={setup.picture}
        name={(p) => t[p]}
        onPick={(p) => set({ picture: p })}
      />
      <Choice
        label={t.weights}
        of={KERNELS}
        value={setup.weights}
        name={(w) => t[w]}
        onPick={(w) => set({ weights: w })}
      />
    </div>
  );
}

function square(size: number): string {
  return `${size} × ${size}`;
}
