import { run, session } from '../session/run.ts';
import { experiment } from '../state/store.ts';
import { FileDrop } from '../ui/file-drop.tsx';
import { Icon } from '../ui/icon.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { folderOf, nameOfRun, zipOfCurrentRun } from './current-run.ts';
import { attempt, isBusy, open, problem, said } from './files-state.ts';
import { texts } from './messages.ts';
import { configText } from './run-folder.ts';
import { saveFile } from './save.ts';
import './files.css';

/** What can be taken out of the page and brought into it. */
export function FilesPanel() {
  const t = texts();
  const name = nameOfRun(run.trained.value ?? experiment.value);
  const save = (make: () => Promise<string>): void => void attempt(make);
  const downloads = [
    {
      ...{ title: t.onnx, note: t.onnxNote },
      make: async () => {
        const { bytes, maxAbsDifference, samples } = await (await session()).exportOnnx();
        saveFile(`${name}.onnx`, bytes);
        return t.savedOnnx(maxAbsDifference.toExponential(1), samples, sizeText(bytes.length));
      },
    },
    {
      ...{ title: t.zip, note: t.zipNote },
      make: async () => {
        const bytes = await zipOfCurrentRun();
        saveFile(`${name}.zip`, bytes, 'application/zip');
        return t.savedZip(folderOf(run.trained.peek() ?? experiment.peek()), sizeText(bytes.length));
      },
    },
    {
      ...{ title: t.safetensors, note: t.safetensorsNote },
      make: async () => {
        const bytes = await (await session()).exportSafetensors();
        saveFile(`${name}.safetensors`, bytes);
        return t.saved(`${name}.safetensors`, sizeText(bytes.length));
      },
    },
    {
      ...{ title: t.checkpoint, note: t.checkpointNote },
      make: async () => {
        const bytes = await (await session()).checkpoint();
        saveFile(`${name}-checkpoint.safetensors`, bytes);
        return t.saved(`${name}-checkpoint.safetensors`, sizeText(bytes.length));
      },
    },
    {
      ...{ title: t.config, note: t.configNote },
      make: async () => {
        const bytes = new TextEncoder().encode(configText(experiment.peek()));
        saveFile(`${name}.json`, bytes, 'application/json');
        return t.saved(`${name}.json`, sizeText(bytes.length));
      },
    },
  ];
  return (
    <section class="card stack" aria-label={t.files}>
      <h2>{t.files}</h2>
      <ul class="files-list">
        {downloads.map(({ title, note, make }) => (
          <li key={title}>
            <button type="button" class="button" disabled={isBusy.value} onClick={() => save(make)}>
              <Icon name="download" />
              {title}
            </button>
            <span class="small soft">{note}</span>
          </li>
        ))}
      </ul>
      <FileDrop
        label={t.open}
        hint={t.openHint}
        accept=".zip,.onnx,.safetensors,.json"
        disabled={isBusy.value}
        onFiles={([file]) => void (file === undefined ? null : open(file))}
      />
      <p class="files-said" role="status">
        {isBusy.value ? t.busy : said.value}
      </p>
      {problem.value === null ? null : <ProblemNotice problem={problem.value} />}
    </section>
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
