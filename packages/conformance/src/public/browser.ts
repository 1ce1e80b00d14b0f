export { type BrowserPage, findBrowser, runInBrowser } from '../browser.ts';
export { type BundleOptions, bundleScript } from '../bundle-script.ts';
export { type BrowserStart, type OtherBrowser, startOf } from '../other-browsers.ts';
export { type SoftwareVulkan, softwareVulkan } from '../software-vulkan.ts';
