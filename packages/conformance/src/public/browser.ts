export { type BrowserPage, findBrowser, runInBrowser } from '../browser.ts';
export { type SoftwareVulkan, softwareVulkan } from '../software-vulkan.ts';
