/// <reference lib="dom" />

/** What draws in a page. */
export interface Graphics {
  /** In the browser's words. */
  readonly about: string;
  /** Whether it is the processor in truth. */
  readonly isSoftware: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

interface Adapter {
  readonly info?: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
}

/** Throws an error that says what the browser does not have. */
export async function describeGraphics(api: 'webgl' | 'webgpu'): Promise<Graphics> {
  const about = api === 'webgl' ? describeWebGl() : await describeWebGpu();
  return { about, isSoftware: SOFTWARE.test(about) };
}

function describeWebGl(): string {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) throw new Error('the browser has no WebGL 2: see chrome://gpu for why');
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
}

async function describeWebGpu(): Promise<string> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = await gpu?.requestAdapter();
  if (adapter === null || adapter === undefined) {
    throw new Error('the browser has no WebGPU adapter: see chrome://gpu for why');
  }
  const { vendor, architecture, device, description } = adapter.info ?? {};
  return [vendor, architecture, device, description].filter((text) => text !== undefined && text !== '').join(' ');
}
