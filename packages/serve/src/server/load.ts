/** The requests that are under way, and the bytes of their bodies. */
export interface Load {
  begin(request: Counted): void;
  /** Of a request that did not say how long its body is: what comes of it. */
  hold(request: Counted, size: number): void;
  end(request: Counted): void;
  bytes(): number;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

interface Counted {
  readonly headers: { readonly 'content-length'?: string | undefined };
}

export function createLoad(): Load {
  const open = new Map<Counted, number>();
  let bytes = 0;
  let onIdle: (() => void) | null = null;
  return {
    begin(request) {
      const size = Number(request.headers['content-length'] ?? 0) || 0;
      open.set(request, size);
      bytes += size;
    },
    hold(request, size) {
      const known = open.get(request);
      if (known === undefined || request.headers['content-length'] !== undefined) return;
      open.set(request, known + size);
      bytes += size;
    },
    end(request) {
      bytes -= open.get(request) ?? 0;
      open.delete(request);
      if (open.size === 0) onIdle?.();
    },
    bytes: () => bytes,
    idle: () =>
      new Promise((resolve) => {
        if (open.size === 0) resolve();
        else onIdle = resolve;
      }),
  };
}
