import type { View } from '../view.ts';
import { texts } from './messages.ts';

function Body() {
  return <p>{texts().title}</p>;
}

export const view: View = {
  name: 'inside',
  title: () => texts().title,
  icon: <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20M8 10.5h5M10.5 8v5" />,
  Body,
};
