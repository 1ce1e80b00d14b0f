import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { softwareVulkan } from '@descent/conformance/browser';
import { describe, expect, test } from 'vitest';

describe.runIf(process.platform === 'linux')('the software device', () => {
  test('is found where its driver lies, with the loader beside it', () => {
    const [empty, full] = [mkdtempSync(join(tmpdir(), 'descent-')), mkdtempSync(join(tmpdir(), 'descent-'))];
    for (const file of ['vk_swiftshader_icd.json', 'libvulkan.so.1']) writeFileSync(join(full, file), '');
    const found = softwareVulkan([empty, full]);
    expect(found).toHaveProperty('environment.VK_ICD_FILENAMES', join(full, 'vk_swiftshader_icd.json'));
    expect(found).toHaveProperty('environment.LD_LIBRARY_PATH', expect.stringMatching(new RegExp(`(^|:)${full}$`)));
  });

  test('that is not there is told with where it was looked for', () => {
    expect(softwareVulkan(['/nowhere'])).toHaveProperty('missing', expect.stringMatching(/\/nowhere.*apt-get install/));
  });
});
