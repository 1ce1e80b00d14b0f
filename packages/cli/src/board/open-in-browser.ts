import { spawn } from 'node:child_process';

/** The program of each system that opens an address as people would; the address is our own, so that no shell has to quote anything. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens `url` in a browser; false where there is no program for that, or it fails at once. */
export function openInBrowser(url: string): Promise<boolean> {
  const [program = 'xdg-open', ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    // Some stay for as long as the browser does.
    setTimeout(() => resolve(true), 3000).unref();
    child.unref();
  });
}
