import { type Signal, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { View } from '../view.ts';
import { texts } from './messages.ts';

const loaded: Signal<{ readonly Use: () => JSX.Element } | null> = signal(null);

/** What is in this view needs what reads pictures, which the first page does not. */
function Body() {
  useEffect(() => {
    void import('./use.tsx').then((module) => {
      loaded.value = module;
    });
  }, []);
  const found = loaded.value;
  return found === null ? <p class="soft">{texts().loading}</p> : <found.Use />;
}

export const view: View = {
  name: 'use',
  title: () => texts().title,
  icon: <path d="M5 19l1-4L16 5l3 3L9 18z M14 7l3 3" />,
  Body,
};
