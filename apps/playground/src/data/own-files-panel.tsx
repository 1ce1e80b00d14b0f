import { useEffect, useState } from 'preact/hooks';
import { ProblemError, problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import type { FilesData } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { Field } from '../ui/field.tsx';
import { FileDrop } from '../ui/file-drop.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';
import { changeKept, kept } from './kept.ts';
import { NOTHING_KEPT } from './kept-values.ts';
import { MOST_FILE_BYTES, MOST_FILES } from './limits.ts';
import { counted, texts } from './messages.ts';
import { filesSampleOf } from './own.ts';
import { filesFor, type NamedFiles, namedFiles } from './own-files.ts';
import { noRoom } from './problems.ts';

export interface FilesPanelProps {
  /** The data of the experiment; null while others are chosen. */
  readonly data: FilesData | null;
  readonly onChange: (data: FilesData) => void;
}

type Given = readonly { readonly path: string; readonly file: Blob }[];

const EXAMPLE = '{ "table": "houses.csv", "target": "price", "task": "regression", "test": 0.2 }';

/** Data of any kind that a config names: what it says of them, and the files. */
export function OwnFilesPanel({ data, onChange }: FilesPanelProps) {
  const t = texts();
  const [problem, setProblem] = useState<Problem | null>(null);
  const attempt = (work: () => Promise<void>): void => {
    setProblem(null);
    void work().catch((error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <div class="stack">
      <p class="small soft">{t.filesAbout}</p>
      <DataText data={data} onTake={(text) => attempt(async () => onChange(await dataOf(text)))} />
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {data === null ? null : (
        <ChosenFiles data={data} onGiven={(given) => attempt(() => take(data, given))} onRemove={attempt} />
      )}
    </div>
  );
}

function DataText({ data, onTake }: { readonly data: FilesData | null; readonly onTake: (text: string) => void }) {
  const t = texts();
  const said = data === null ? '' : JSON.stringify(data.files, null, 2);
  const [text, setText] = useState(said);
  useEffect(() => setText(said), [said]);
  return (
    <>
      <Field label={t.filesConfig}>
        {(attributes) => (
          <textarea
            {...attributes}
            class="config-text"
            rows={6}
            spellcheck={false}
            placeholder={EXAMPLE}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      <div class="row">
        <button
          type="button"
          class="button"
          disabled={text.trim() === '' || text === said}
          onClick={() => onTake(text)}
        >
          {t.takeData}
        </button>
      </div>
    </>
  );
}

interface ChosenFilesProps {
  readonly data: FilesData;
  readonly onGiven: (given: Given) => void;
  readonly onRemove: (work: () => Promise<void>) => void;
}

function ChosenFiles({ data, onGiven, onRemove }: ChosenFilesProps) {
  const t = texts();
  const named = namedFiles(data, kept.value ?? NOTHING_KEPT);
  const read = filesSampleOf(data);
  return (
    <>
      <FileDrop
        label={t.giveFiles}
        hint={t.giveFilesHint}
        accept=""
        multiple
        onFiles={(files) => onGiven(files.map((file) => ({ path: file.name, file })))}
        folder={{
          label: t.giveFolder,
          wanted: () => true,
          onFound: ({ files }) => onGiven(files),
          onProblem: (error) => onRemove(() => Promise.reject(error)),
        }}
      />
      <ul class="named-files">
        {named.map((one) => (
          <NamedRow key={one.path} named={one} onRemove={onRemove} />
        ))}
      </ul>
      <div aria-live="polite">
        {read === null || read.samples === null ? null : (
          <Notice>
            <p>
              {t.filesAre(counted(read.samples.train), counted(read.samples.validation), counted(read.samples.test))}
            </p>
            {read.notes.map((note) => (
              <p key={note} lang="en">
                {note}
              </p>
            ))}
          </Notice>
        )}
      </div>
      {read === null || read.problem === null ? null : <ProblemNotice problem={read.problem} />}
    </>
  );
}

interface NamedRowProps {
  readonly named: NamedFiles;
  readonly onRemove: ChosenFilesProps['onRemove'];
}

function NamedRow({ named: { path, kind, kept: files }, onRemove }: NamedRowProps) {
  const t = texts();
  const isThere = files.length > 0;
  return (
    <li class="row data-row">
      <span>
        {kind === 'file' ? t.aFile : t.aFolder} <code>{path}</code>:{' '}
        {isThere ? t.fileIsThere(counted(files.length)) : t.fileIsMissing}
      </span>
      {isThere ? (
        <IconButton
          icon="trash"
          label={`${t.removeFiles}: ${path}`}
          onClick={() => onRemove(() => changeKept({ remove: { files: files.map((file) => file.path) } }))}
        />
      ) : null}
    </li>
  );
}

/** What somebody wrote as data, as the page has it. */
async function dataOf(text: string): Promise<FilesData> {
  const { parseJson } = await import('../state/validation.ts');
  const { readExperiment } = await import('../state/read-experiment.ts');
  const { data } = (await readExperiment({ ...experiment.peek(), data: parseJson(text, 'data') }, 'data')).experiment;
  if ('files' in data) return data;
  throw new ProblemError({
    name: 'ValueError',
    message: 'such data have a place of their own in the page',
    received: text.slice(0, 80),
    fix: 'choose them there',
  });
}

/** Keeps what of the given files the data name. */
async function take(data: FilesData, given: Given): Promise<void> {
  const files = filesFor(data, given);
  if (files.length === 0) throw noneFits(data, given);
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (files.length > MOST_FILES || bytes > MOST_FILE_BYTES) {
    throw new ProblemError({
      name: 'DataFileError',
      message: 'these files are too much for the page',
      received: `${files.length} files, ${bytes} bytes`,
      expected: `at most ${MOST_FILES} files, ${MOST_FILE_BYTES} bytes`,
      fix: 'train on them with the descent command',
    });
  }
  await changeKept({ put: { files } }).catch((error: unknown) => {
    throw noRoom(error);
  });
}

function noneFits(data: FilesData, given: Given): ProblemError {
  const names = given.slice(0, 6).map(({ path }) => path);
  return new ProblemError({
    name: 'DataFileError',
    message: 'none of these files is one that the data name',
    received: names.join(', ') || 'nothing',
    expected: namedFiles(data, NOTHING_KEPT)
      .map(({ path, kind }) => `${kind === 'folder' ? 'the folder ' : ''}${path}`)
      .join(', '),
  });
}
