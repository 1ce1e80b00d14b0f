import type { Plugin } from 'vite';

/**
 * The page asks nobody but its own host for anything, and the browser sees to it. WebAssembly is compiled; no text is run as code. Workers have
 * policies of their own, which only a host can send: what they ask for is watched by a test.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ');

/** Puts the policy into the built page; the development server speaks with its page in ways that the policy forbids. */
export function contentSecurity(): Plugin {
  return {
    name: 'descent:content-security',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    ],
  };
}
