import { render } from 'preact';
import { Board } from './board.tsx';

const place = document.getElementById('board');
if (place !== null) {
  place.textContent = '';
  render(<Board title={place.dataset['title'] ?? ''} />, place);
}
