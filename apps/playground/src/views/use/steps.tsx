import type { NDArray } from '@descent/core';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../ui/icon.tsx';
import { texts } from './messages.ts';
import { Pixels } from './pixels.tsx';
import type { Prepared } from './prepare.ts';
import { isCentred, type Source } from './state.ts';

export interface StepsProps {
  readonly source: Source;
  readonly canCentre: boolean;
  readonly range: readonly [number, number] | undefined;
}

/** How a picture becomes the numbers that the network takes, step by step. */
export function Steps({ source, canCentre, range }: StepsProps) {
  const t = texts();
  const isFile = source.kind === 'drawing' || source.kind === 'file';
  return (
    <section class="card stack" aria-label={t.steps}>
      <div class="row use-head">
        <h2>{t.steps}</h2>
        {canCentre ? (
          <label class="use-check">
            <input
              type="checkbox"
              checked={isCentred.value}
              onChange={({ currentTarget }) => {
                isCentred.value = currentTarget.checked;
              }}
            />
            {t.centred}
          </label>
        ) : null}
      </div>
      {source.kind === 'none' ? <p class="use-steps-empty soft">{t.stepsEmpty}</p> : null}
      {isFile ? <FileSteps prepared={source.prepared} range={range} /> : null}
      {source.kind === 'sample' ? (
        <>
          <p class="soft">{t.isSample(source.index + 1)}</p>
          <Numbers x={source.x} />
        </>
      ) : null}
    </section>
  );
}

function FileSteps({
  prepared,
  range,
}: {
  readonly prepared: Prepared;
  readonly range: readonly [number, number] | undefined;
}) {
  const t = texts();
  const { grey, inverted, box, x, width, height, bytes } = prepared;
  const [channels, down, across] = x.shape.slice(-3) as [number, number, number];
  return (
    <>
      <ol class="use-steps">
        <Step title={t.original} note={t.size(width, height)}>
          <Original bytes={bytes} label={t.original} />
        </Step>
        {grey === null ? null : (
          <Step title={t.grey} note={t.greyNote}>
            <Pixels x={grey} class="step-picture" />
          </Step>
        )}
        {grey === null ? null : (
          <Step title={t.inverted} note={inverted ? t.invertedNote : t.notInverted}>
            <div class="step-frame">
              <Pixels x={inverted ? exchanged(grey) : grey} class="step-picture" />
              {box === null ? null : (
                <span
                  class="step-box"
                  style={{
                    left: `${(100 * box.left) / width}%`,
                    top: `${(100 * box.top) / height}%`,
                    width: `${(100 * box.width) / width}%`,
                    height: `${(100 * box.height) / height}%`,
                  }}
                />
              )}
            </div>
          </Step>
        )}
        <Step title={t.pixels(across, down)} note={box === null ? t.fitted : t.centredNote(box.width, box.height)}>
          <Pixels x={x} range={range} class="step-picture crisp" />
        </Step>
      </ol>
      <Numbers x={x} />
      <p class="small soft">
        {t.sameAs} <code>{`descent predict model.onnx picture.png${box === null ? '' : ' --fit mnist'}`}</code>
        {channels === 3 ? '' : ' '}
        <a class="use-save" href={useAddress(bytes)} download="picture.png">
          <Icon name="download" /> {t.savePicture}
        </a>
      </p>
    </>
  );
}

function Step({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note: string;
  readonly children: ComponentChildren;
}) {
  return (
    <li>
      {children}
      <strong>{title}</strong>
      <span class="small soft">{note}</span>
    </li>
  );
}

function Original({ bytes, label }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly label: string }) {
  return <img class="step-picture" src={useAddress(bytes)} alt={label} />;
}

/** An address of these bytes, as long as they are shown. */
function useAddress(bytes: Uint8Array<ArrayBuffer>): string {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes]));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return address;
}

function exchanged(x: NDArray<'uint8'>): NDArray<'uint8'> {
  return { ...x, data: x.data.map((value) => 255 - value) as Uint8Array };
}

/** The numbers themselves, row by row, of the first channel. */
function Numbers({ x }: { readonly x: NDArray }) {
  const t = texts();
  const [isOpen, setOpen] = useState(false);
  const [channels, height, width] = x.shape.slice(-3) as [number, number, number];
  if (x.shape.length < 3) return null;
  const isBytes = x.dtype === 'uint8';
  return (
    <details class="use-details" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t.numbers(channels * height * width, x.shape.join(' × '))}</summary>
      {isOpen ? (
        <section
          class="use-table-scroll"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
          tabIndex={0}
          aria-label={t.numbers(channels * height * width, x.shape.join(' × '))}
        >
          <table class="use-pixels">
            <tbody>
              {Array.from({ length: height }, (_, row) => (
                <tr key={row}>
                  {Array.from({ length: width }, (_, column) => {
                    const value = x.data[row * width + column] as number;
                    return (
                      <td key={column} class={value === 0 ? 'zero' : undefined}>
                        {isBytes ? value : value.toFixed(2)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}
