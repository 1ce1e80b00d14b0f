import { findBrowser, runInBrowser } from '@descent/conformance/browser';
import { describe, expect, test } from 'vitest';

const browser = findBrowser();

describe.skipIf(browser === null)('a page', () => {
  test('that works on and says so is waited for', async () => {
    const said: string[] = [];
    const script = `
      for (let i = 0; i < 4; i++) {
        await new Promise((done) => setTimeout(done, 4000));
        await fetch('/progress', { method: 'POST', body: 'still here' });
      }
      await fetch('/report', { method: 'POST', body: '"done"' });`;
    const onProgress = (text: string): void => void said.push(text);
    expect(await runInBrowser(browser as string, { script, silentSeconds: 10, onProgress })).toBe('done');
    expect(said).toEqual(Array.from({ length: 4 }, () => 'still here'));
  });

  test('that hangs has failed when it has been silent for too long', async () => {
    const script = `await fetch('/progress', { method: 'POST', body: 'begun' }); for (;;);`;
    const hanging = runInBrowser(browser as string, { script, silentSeconds: 10 });
    await expect(hanging).rejects.toThrow('the page said nothing for 10 s');
  });
});
