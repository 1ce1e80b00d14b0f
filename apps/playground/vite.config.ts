import { defineConfig } from 'vite';
import { contentSecurity } from './vite/content-security.ts';
import { offline } from './vite/offline.ts';

/** Pages that may share memory among threads are isolated from others; a static host that sends these, too, gets threads of WebAssembly
 * at the first visit; at later ones the service worker adds them. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // The build is a folder that works from any path.
  base: './',
  plugins: [contentSecurity(), offline()],
  build: { target: 'es2023', assetsInlineLimit: 2048 },
  worker: { format: 'es' },
  server: { headers },
  preview: { headers },
  optimizeDeps: {
    // The worker is a second entry: what it imports is prepared before the page opens, which would be loaded anew otherwise.
    entries: ['index.html', 'src/session/worker.ts'],
    // What only the worker imports is not found when the page is first looked through.
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
    ],
  },
});
