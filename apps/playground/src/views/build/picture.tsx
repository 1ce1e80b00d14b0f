import { buildModel } from '@descent/cli/config';
import type { SampleType, Tree } from '@descent/core';
import { useState } from 'preact/hooks';
import { problemOf } from '../../session/problem.ts';
import type { Call } from '../../state/experiment.ts';
import { experiment } from '../../state/store.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useAsync } from '../../ui/use-async.ts';
import { analysis, dataShape } from './editing.ts';
import { texts } from './messages.ts';

/** The network as a picture, which is drawn when it is asked for. */
export function Picture() {
  const t = texts();
  const [isOpen, setOpen] = useState(false);
  const works = analysis.value !== null && analysis.value.output !== null;
  return (
    <>
      <IconButton icon="picture" label={t.picture} disabled={!works} onClick={() => setOpen(true)} />
      <Dialog title={t.picture} open={isOpen} onClose={() => setOpen(false)}>
        {dataShape.value === null ? null : <Drawn model={experiment.value.model} sample={dataShape.value.sample} />}
      </Dialog>
    </>
  );
}

function Drawn({ model, sample }: { readonly model: readonly Call[]; readonly sample: Tree<SampleType> }) {
  const t = texts();
  const { value: svg, error } = useAsync(() => drawn(model, sample), [model, sample]);
  if (error !== null) return <ProblemNotice problem={problemOf(error)} />;
  if (svg === null) return null;
  return (
    <>
      <section
        class="network-picture"
        aria-label={t.picture}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its place is moved by keyboard, too.
        tabIndex={0}
        ref={(place) => place?.replaceChildren(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement)}
      />
      <div class="row dialog-actions">
        <a class="button" download="network.svg" href={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}>
          <Icon name="download" />
          {t.download}
        </a>
      </div>
    </>
  );
}

async function drawn(model: readonly Call[], sample: Tree<SampleType>): Promise<string> {
  const { drawModel } = await import('@descent/core/draw');
  return drawModel(buildModel(model), { sample });
}
