import { type DataChoice, filesName } from '../state/experiment.ts';
import { kept } from './kept.ts';
import { counted, texts } from './messages.ts';
import { usedClasses } from './own.ts';

/** Data in one line, in the current language. */
export function inShort(data: DataChoice): string {
  const t = texts();
  if ('files' in data) return t.filesShort(filesName(data));
  if ('csv' in data) return t.tableShort(data.csv, data.target);
  if ('texts' in data) return t.textsShort(data.texts, data.text, data.target);
  if ('images' in data) {
    const classes = usedClasses(kept.value, data.images).length;
    return t.picturesShort(data.images, counted(classes), `${data.width} × ${data.height}`);
  }
  if (data.name === 'mnist-sample') return t.mnistShort;
  const { samples = 300, noise = 0.1 } = data;
  return t.toyShort(t[data.name], counted(samples), noise.toFixed(2));
}
