import type { TargetedPointerEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';

export interface Drag {
  /** The block that is dragged, and the gap where it would fall: in front of the block of that index. */
  readonly from: number | null;
  readonly gap: number | null;
  readonly onGrab: (event: TargetedPointerEvent<HTMLElement>, index: number) => void;
}

/** Blocks dragged by their grips, with a mouse, a pen or a finger. `onDrop` gets the place among the others. */
export function useDrag(onDrop: (from: number, to: number) => void): Drag {
  const [state, setState] = useState<{ readonly from: number; readonly gap: number } | null>(null);
  const gap = useRef<number | null>(null);
  const onGrab = (event: TargetedPointerEvent<HTMLElement>, from: number): void => {
    if (event.button !== 0) return;
    const grip = event.currentTarget;
    const list = grip.closest('ol');
    if (list === null) return;
    grip.setPointerCapture(event.pointerId);
    const move = ({ clientY }: PointerEvent): void => {
      gap.current = gapAt(list, clientY);
      setState({ from, gap: gap.current });
    };
    const end = ({ type }: Event): void => {
      grip.removeEventListener('pointermove', move);
      for (const name of ENDS) grip.removeEventListener(name, end);
      setState(null);
      const to = gap.current;
      gap.current = null;
      if (type === 'pointerup' && to !== null) onDrop(from, to > from ? to - 1 : to);
    };
    grip.addEventListener('pointermove', move);
    for (const name of ENDS) grip.addEventListener(name, end);
  };
  return { from: state?.from ?? null, gap: state?.gap ?? null, onGrab };
}

const ENDS = ['pointerup', 'pointercancel', 'lostpointercapture'] as const;

/** In front of the first block whose card's middle is below the pointer. */
function gapAt(list: HTMLElement, y: number): number {
  const cards = [...list.querySelectorAll('[data-block] > .block-card')];
  const below = cards.findIndex((card) => {
    const { top, height } = card.getBoundingClientRect();
    return y < top + height / 2;
  });
  return below < 0 ? cards.length : below;
}
