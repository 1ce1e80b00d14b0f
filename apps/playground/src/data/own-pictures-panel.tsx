import { useState } from 'preact/hooks';
import { ProblemError, problemOf } from '../session/problem.ts';
import type { Problem } from '../session/protocol.ts';
import type { ImagesData } from '../state/experiment.ts';
import { Icon } from '../ui/icon.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { AddedNotice } from './added-notice.tsx';
import { ClassCard } from './class-card.tsx';
import { changeKept, kept } from './kept.ts';
import { classesOf, NOTHING_KEPT } from './kept-values.ts';
import { MOST_CLASSES } from './limits.ts';
import { counted, texts } from './messages.ts';
import { freeName } from './names.ts';
import { usedClasses } from './own.ts';
import {
  type Added,
  type Adding,
  addPictures,
  freeSetName,
  type GivenPicture,
  importArchive,
  importPictures,
} from './pictures.ts';
import { noRoom } from './problems.ts';
import { SetBar } from './set-bar.tsx';

export interface PicturesPanelProps {
  /** The pictures of the experiment; null while other data are chosen. */
  readonly data: ImagesData | null;
  readonly onChange: (data: ImagesData) => void;
}

/** How pictures become samples, where nothing was chosen. */
export const FIRST_PICTURES: Omit<ImagesData, 'images'> = { width: 32, height: 32, channels: 3, test: 0.2 };

/** Pictures of the user's own in named classes, which are kept and can be added to. */
export function PicturesPanel({ data, onChange }: PicturesPanelProps) {
  const t = texts();
  const all = kept.value ?? NOTHING_KEPT;
  const [other, setOther] = useState<string | null>(null);
  const [adding, setAdding] = useState<Adding | null>(null);
  const [added, setAdded] = useState<Added | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const wanted = other ?? data?.images ?? all.sets[0]?.name ?? t.setName;
  const set = all.sets.find(({ name }) => name === wanted) ?? { name: wanted, classes: [] };
  const classes = classesOf(all, set.name);

  const chosen = (name: string): void => {
    setOther(name);
    const used = usedClasses(kept.peek(), name);
    if (used.length > 1 && data?.images !== name) onChange({ ...(data ?? FIRST_PICTURES), images: name });
  };
  const change = async (work: () => Promise<Added | undefined>): Promise<void> => {
    setProblem(null);
    setAdded(null);
    try {
      setAdded((await work()) ?? null);
      chosen(set.name);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setAdding(null);
    }
  };
  const add = (given: readonly GivenPicture[], left?: Pick<Added, 'others' | 'isCut'>): Promise<void> =>
    change(async () => ({ ...(await addPictures(set.name, given, setAdding).catch(failed)), ...left }));
  const addClass = (): Promise<void> =>
    change(async () => {
      const name = freeName(t.newClass, set.classes);
      await changeKept({ put: { sets: [{ ...set, classes: [...set.classes, name] }] } });
      return undefined;
    });
  return (
    <div class="stack">
      <p class="soft">{t.picturesAbout}</p>
      <SetBar
        set={set}
        data={data?.images === set.name ? data : { ...FIRST_PICTURES, images: set.name }}
        onChange={onChange}
        onChoose={chosen}
        onNew={() => chosen(freeSetName(t.setName))}
        onImport={(file) => change(() => importArchive(set.name, file, setAdding).catch(failed))}
        onFolder={({ files, others, isCut }) =>
          change(() => {
            const pictures = files.map(({ path, file }) => ({ path, source: file }));
            const name = files[0]?.path.split('/')[0] ?? t.importFolder;
            return importPictures(set.name, name, { pictures, others, isCut }, setAdding).catch(failed);
          })
        }
        onProblem={(error) => setProblem(problemOf(error))}
      />
      {problem === null ? null : <ProblemNotice problem={problem} />}
      {added === null ? null : <AddedNotice added={added} />}
      <p class="small soft" role="status">
        {adding === null ? '' : t.adding(counted(adding.done), counted(adding.total))}
      </p>
      <div class="class-cards">
        {classes.map((one) => (
          <ClassCard
            key={one.name}
            set={set}
            own={one}
            onFiles={(given, left) => void add(given, left)}
            onProblem={(error) => setProblem(problemOf(error))}
          />
        ))}
        {classes.length >= MOST_CLASSES ? null : (
          <button type="button" class="button add-class" onClick={() => void addClass()}>
            <Icon name="plus" />
            {t.addClass}
          </button>
        )}
      </div>
      {usedClasses(all, set.name).length < 2 ? <p class="small soft">{t.needTwo}</p> : null}
    </div>
  );
}

/** What is not a fault of the files is one of the room for them. */
function failed(error: unknown): never {
  throw error instanceof ProblemError ? error : noRoom(error);
}
