import { TermList } from '../../glossary/term-list.tsx';
import type { TermName } from '../../glossary/terms.ts';
import type { View } from '../view.ts';
import { CompareChart } from './compare-chart.tsx';
import './compare.css';
import { texts } from './messages.ts';
import { RunsCard } from './runs-card.tsx';
import { StartCard } from './start-card.tsx';
import { StatePanel } from './state-panel.tsx';

const TERMS_OF_COMPARISON: readonly TermName[] = [
  'learningCurve',
  'learningRate',
  'optimizer',
  'seed',
  'engine',
  'divergence',
];

function Body() {
  const t = texts();
  return (
    <div class="stack">
      <header class="stack-small">
        <h1>{t.title}</h1>
        <p class="soft">{t.lead}</p>
        <TermList names={TERMS_OF_COMPARISON} />
      </header>
      <StartCard />
      <CompareChart />
      <RunsCard />
      <StatePanel />
    </div>
  );
}

export const view: View = {
  name: 'compare',
  title: () => texts().title,
  icon: <path d="M4 4v16h16M7 7c2 6 5 7 12 8M7 11c3 5 6 6 12 7" />,
  Body,
};
