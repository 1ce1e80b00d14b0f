import type { View } from '../view.ts';
import { texts } from './messages.ts';

function Body() {
  return <p>{texts().title}</p>;
}

export const view: View = {
  name: 'train',
  title: () => texts().title,
  icon: <path d="M4 4v16h16M7 8c2 7 5 8 13 9" />,
  Body,
};
