import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder `descent` in the cache folder of the user: `XDG_CACHE_HOME` or `~/.cache`; `LOCALAPPDATA` on Windows. It need not be there yet. */
export function userCache(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const cache = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'descent');
}
