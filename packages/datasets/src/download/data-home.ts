import { join } from 'node:path';
import { userCache } from '@descent/files';
import { expectArgument } from '../arguments.ts';

/**
 * The folder for data sets when no `root` is given: `DESCENT_DATA_HOME`, else `descent/datasets` in the cache folder of the user
 * (`XDG_CACHE_HOME` or `~/.cache`; `LOCALAPPDATA` on Windows).
 */
export function dataHome(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  expectArgument('dataHome', typeof env === 'object' && env !== null, env, 'the variables of the environment');
  const own = env['DESCENT_DATA_HOME'];
  if (own !== undefined && own !== '') return own;
  return join(userCache(env, platform), 'datasets');
}
