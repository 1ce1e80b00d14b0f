import type { View } from '../view.ts';
import { texts } from './messages.ts';

function Body() {
  return <p>{texts().title}</p>;
}

export const view: View = {
  name: 'glossary',
  title: () => texts().title,
  icon: <path d="M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6" />,
  Body,
};
