interface Host {
  readonly navigator?: {
    readonly userAgent?: string;
    readonly hardwareConcurrency?: number;
    readonly gpu?: { requestAdapter(): Promise<{ readonly info?: Readonly<Record<string, unknown>> } | null> };
  };
  readonly crossOriginIsolated?: boolean;
}

/** What a browser says of itself, of its processor and of its graphics device. */
export async function hostKey(): Promise<string> {
  const { navigator, crossOriginIsolated = false } = globalThis as Host;
  const adapter = await navigator?.gpu?.requestAdapter().catch(() => null);
  const { vendor, architecture, device, description } = adapter?.info ?? {};
  const parts = [navigator?.userAgent, navigator?.hardwareConcurrency, crossOriginIsolated];
  return [...parts, vendor, architecture, device, description].map((part) => String(part ?? '')).join(' ');
}
