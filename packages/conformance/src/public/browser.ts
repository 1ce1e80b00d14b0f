export { type BrowserPage, findBrowser, runInBrowser } from '../browser.ts';
