// Firefox and WebKit, started by their command lines: a page reports by itself, so that nothing has to drive them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type OtherBrowser = 'firefox' | 'webkit';

/** How a browser is started. */
export interface BrowserStart {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What Firefox would show or fetch at its first start. */
const PREFERENCES: Readonly<Record<string, boolean | number | string>> = {
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.update.enabled': false,
};

/** How to open `address` in a browser with an empty profile, or what is missing. */
export function startOf(
  browser: OtherBrowser,
  profile: string,
  address: string,
): BrowserStart | { readonly missing: string } {
  return browser === 'firefox' ? firefox(profile, address) : webkit(profile, address);
}

function firefox(profile: string, address: string): BrowserStart | { readonly missing: string } {
  const command = found(process.env['DESCENT_FIREFOX'], 'firefox-esr', 'firefox');
  if (command === undefined)
    return {
      missing:
        'there is no Firefox: install one (on Debian: apt-get install firefox-esr), or name it in DESCENT_FIREFOX',
    };
  const lines = Object.entries(PREFERENCES).map((pair) => `user_pref(${pair.map((v) => JSON.stringify(v)).join()});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  return { command, words: ['--headless', '--no-remote', '--profile', profile, address], environment: {} };
}

/** Where Debian puts the small browser that comes with WebKitGTK. */
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

function webkit(profile: string, address: string): BrowserStart | { readonly missing: string } {
  const mini = process.env['DESCENT_WEBKIT'] ?? miniBrowser();
  if (mini === undefined || !existsSync(mini)) {
    return {
      missing:
        'there is no MiniBrowser of WebKitGTK: install it (on Debian: apt-get install webkit2gtk-driver), or name it in DESCENT_WEBKIT',
    };
  }
  if (found('xvfb-run') === undefined)
    return { missing: 'MiniBrowser needs a display: install one (on Debian: apt-get install xvfb)' };
  const folders = ['XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'].map((name) => [name, profile] as const);
  return { command: 'xvfb-run', words: ['-a', mini, address], environment: Object.fromEntries(folders) };
}

function miniBrowser(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  const versions = readdirSync(LIBRARIES).filter((name) => name.startsWith('webkit2gtk-'));
  return versions.map((name) => join(LIBRARIES, name, 'MiniBrowser')).find((path) => existsSync(path));
}

function found(...names: readonly (string | undefined)[]): string | undefined {
  return names.find((name) => name !== undefined && spawnSync('which', [name], { stdio: 'ignore' }).status === 0);
}
