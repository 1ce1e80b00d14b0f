import { type Signal, signal } from '@preact/signals';

/** A later build that is fetched and waits; a call takes it up and loads the page anew. */
export const update: Signal<(() => void) | null> = signal(null);

/** Registers the service worker of the build, which keeps the page for offline use. The development server has none. */
export async function keepOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  try {
    const registration = await serviceWorker.register(new URL('service-worker.js', document.baseURI));
    const offer = (waiting: ServiceWorker | null): void => {
      // The first one of a page replaces none.
      if (waiting === null || serviceWorker.controller === null) return;
      update.value = () => {
        serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        waiting.postMessage('take over');
      };
    };
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') offer(registration.waiting);
      });
    });
  } catch {
    // A page without service workers, such as one in a private window, works while there is a network.
  }
}
