import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { view } from '../state/store.ts';
import { texts } from './messages.ts';
import './drop-target.css';

/** Files that the page opens; others belong to the places that ask for them. */
const NAMES = /\.(?:zip|onnx|safetensors|json)$/i;

const isOver: Signal<boolean> = signal(false);

/** Lets the whole page take files that are dropped on it, but for those that a place inside has taken. */
export function DropTarget() {
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isOver.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      isOver.value = false;
      if (!hasFiles(event)) return;
      const isTaken = event.defaultPrevented;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      const file = Array.from(event.dataTransfer?.files ?? []).find(({ name }) => NAMES.test(name));
      if (isTaken || file === undefined) return;
      view.value = 'use';
      void import('./files-state.ts').then(({ open }) => open(file));
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return isOver.value ? (
    <p class="drop-target" aria-hidden="true">
      {texts().dropHere}
    </p>
  ) : null;
}
