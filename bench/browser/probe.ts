import { describeGraphics, type Graphics } from '../lib/graphics.ts';

/** What draws in this browser, or why nothing does. */
export type Probe = Readonly<Record<'webgl' | 'webgpu', Graphics | { readonly missing: string }>>;

export async function probe(): Promise<Probe> {
  const describe = (api: 'webgl' | 'webgpu') =>
    describeGraphics(api).catch((error: unknown) => ({ missing: (error as Error).message }));
  return { webgl: await describe('webgl'), webgpu: await describe('webgpu') };
}
