import { DescentError } from '@descent/core';
import { type ImageEntry, imageFolder } from '@descent/datasets';
import type { OwnArrays } from '../session/protocol.ts';
import type { ImagesData } from '../state/experiment.ts';
import { inParts } from './parts.ts';

/** The samples of pictures in folders by class, as `descent train` makes them of the same config and the exported folder. */
export async function ownPictures(entries: readonly ImageEntry[], choice: ImagesData): Promise<OwnArrays> {
  const { images, width, height, channels, test } = choice;
  const classes = new Set(entries.map(({ path }) => path.split('/')[0]));
  if (classes.size < 2) {
    throw new DescentError('there is nothing to tell apart', {
      path: 'data.images',
      received: `pictures of ${classes.size} class${classes.size === 1 ? '' : 'es'} in ${images}`,
      expected: 'pictures of at least two classes',
      fix: 'add a class, and pictures of it',
    });
  }
  const all = await imageFolder(entries, { width, height, channels });
  return inParts({ ...all, name: images }, test);
}
