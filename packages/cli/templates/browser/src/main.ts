import { train } from './train';

const button = document.querySelector('#train') as HTMLButtonElement;
const state = document.querySelector('#state') as HTMLOutputElement;
const rows = document.querySelector('#epochs') as HTMLTableSectionElement;

button.addEventListener('click', async () => {
  button.disabled = true;
  rows.replaceChildren();
  state.textContent = 'training …';
  try {
    await train({
      epochs: 5,
      onEpoch({ epoch, train, test }) {
        const row = rows.insertRow();
        for (const text of [
          String(epoch),
          train.loss.toFixed(4),
          `${(100 * (test?.['accuracy'] ?? 0)).toFixed(2)} %`,
        ]) {
          row.insertCell().textContent = text;
        }
      },
    });
    state.textContent = 'trained';
  } catch (error) {
    state.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    button.disabled = false;
  }
});
