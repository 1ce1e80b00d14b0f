import { DescentError } from '@descent/core';

/** The image library, loaded on first use, so that the rest of the package works where it has no binary. */
export async function loadSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new DescentError('images need the package sharp, which cannot be loaded here', {
      received: cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause),
      fix: 'npm install sharp (without --omit=optional, which leaves out its binary)',
      cause,
    });
  }
}
