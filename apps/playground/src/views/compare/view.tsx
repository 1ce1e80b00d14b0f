import type { View } from '../view.ts';
import { texts } from './messages.ts';

function Body() {
  return <p>{texts().title}</p>;
}

export const view: View = {
  name: 'compare',
  title: () => texts().title,
  icon: <path d="M4 4v16h16M7 7c2 6 5 7 12 8M7 11c3 5 6 6 12 7" />,
  Body,
};
