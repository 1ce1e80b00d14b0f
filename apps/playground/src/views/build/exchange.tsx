import { useState } from 'preact/hooks';
import { problemOf } from '../../session/problem.ts';
import type { Problem } from '../../session/protocol.ts';
import { experiment } from '../../state/store.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FileDrop } from '../../ui/file-drop.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { codeOf, jsonOf } from './code.ts';
import { texts } from './messages.ts';

/** The experiment as a config and as code, and the way back. */
export function Exchange() {
  const t = texts();
  const [shown, setShown] = useState<'open' | 'export' | null>(null);
  const close = (): void => setShown(null);
  return (
    <>
      <button type="button" class="button" onClick={() => setShown('open')}>
        <Icon name="upload" />
        {t.open}
      </button>
      <button type="button" class="button" onClick={() => setShown('export')}>
        <Icon name="code" />
        {t.export}
      </button>
      <Dialog title={t.open} open={shown === 'open'} onClose={close}>
        <OpenConfig onDone={close} />
      </Dialog>
      <Dialog title={t.export} open={shown === 'export'} onClose={close}>
        <ExportConfig />
      </Dialog>
    </>
  );
}

function OpenConfig({ onDone }: { readonly onDone: () => void }) {
  const t = texts();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const take = async (given: string, name: string): Promise<void> => {
    try {
      const { readExperimentText } = await import('../../state/read-experiment.ts');
      const read = await readExperimentText(given, name);
      experiment.value = read.experiment;
      const said = [
        ...(read.unused.length === 0 ? [] : [t.unusedKeys(read.unused.join(', '))]),
        ...(read.otherEngine === null ? [] : [t.otherEngine(read.otherEngine)]),
      ];
      setProblem(null);
      if (said.length === 0) onDone();
      else setNotes([t.tookAll, ...said]);
    } catch (error) {
      setNotes([]);
      setProblem(problemOf(error));
    }
  };
  return (
    <>
      <p class="soft">{t.exchangeHint}</p>
      <FileDrop
        label={t.fileLabel}
        accept=".json,application/json"
        onFiles={([file]) => {
          if (file !== undefined) void file.text().then((given) => take(given, file.name));
        }}
      />
      <Field label={t.paste}>
        {(attributes) => (
          <textarea
            {...attributes}
            class="config-text"
            rows={8}
            spellcheck={false}
            placeholder={t.pasteHint}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {notes.length === 0 ? null : (
        <Notice>
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Notice>
      )}
      <div class="row dialog-actions">
        <button
          type="button"
          class="button primary"
          disabled={text.trim() === ''}
          onClick={() => void take(text, 'config.json')}
        >
          {t.take}
        </button>
      </div>
    </>
  );
}

type Format = 'typescript' | 'json';

function ExportConfig() {
  const t = texts();
  const [format, setFormat] = useState<Format>('typescript');
  const [isCopied, setCopied] = useState(false);
  const text = format === 'json' ? jsonOf(experiment.value) : codeOf(experiment.value);
  const choose = (next: Format): void => {
    setFormat(next);
    setCopied(false);
  };
  return (
    <Tabs
      label={t.formats}
      tabs={[
        { name: 'typescript', label: t.typescript },
        { name: 'json', label: t.json },
      ]}
      selected={format}
      onSelect={choose}
    >
      <div class="stack">
        <pre class="config-code">
          <code>{text}</code>
        </pre>
        <div class="row">
          <button
            type="button"
            class="button primary"
            onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
          >
            <Icon name={isCopied ? 'check' : 'copy'} />
            <span aria-live="polite">{isCopied ? t.copied : t.copyText}</span>
          </button>
          <a class="button" download={format === 'json' ? 'config.json' : 'train.ts'} href={dataAddress(text)}>
            <Icon name="download" />
            {t.download}
          </a>
        </div>
      </div>
    </Tabs>
  );
}

function dataAddress(text: string): string {
  return `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
}
