import type { View } from '../view.ts';
import { texts } from './messages.ts';

function Body() {
  return <p>{texts().title}</p>;
}

export const view: View = {
  name: 'use',
  title: () => texts().title,
  icon: <path d="M5 19l1-4L16 5l3 3L9 18z M14 7l3 3" />,
  Body,
};
