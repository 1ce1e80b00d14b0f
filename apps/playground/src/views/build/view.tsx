import { DataPanel } from '../../data/panel.tsx';
import type { View } from '../view.ts';
import { texts } from './messages.ts';

function Body() {
  return <DataPanel />;
}

export const view: View = {
  name: 'build',
  title: () => texts().title,
  icon: <path d="M4 5h16v4H4zM4 10.5h16v4H4zM7 16h10v3.5H7z" />,
  Body,
};
