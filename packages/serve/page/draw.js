import { element } from './dom.js';

/** Pixels of the drawing; the server makes of it what the network takes. */
const SIZE = 336;
/** As thick as in MNIST, where digits are 20 pixels high and strokes about 2. */
const STROKE = 24;

/**
 * A place to draw in white on black, as the digits of MNIST are.
 * @param {(picture: Blob | null) => void} changed Called when a stroke ends, and with null when the drawing is wiped.
 */
export function drawingPad(changed) {
  const canvas = element('canvas', {
    class: 'pad',
    width: SIZE,
    height: SIZE,
    role: 'img',
    'aria-label': 'A black field to draw in, with a mouse, a pen or a finger. A picture can be chosen instead.',
  });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const wipe = () => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, SIZE, SIZE);
  };
  wipe();
  /** @type {{ readonly x: number, readonly y: number } | null} */
  let last = null;
  const place = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: ((clientX - left) * SIZE) / width, y: ((clientY - top) * SIZE) / height };
  };
  const lineTo = (/** @type {{ readonly x: number, readonly y: number }} */ to) => {
    const from = last ?? to;
    Object.assign(context, { strokeStyle: '#fff', lineWidth: STROKE, lineCap: 'round', lineJoin: 'round' });
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    last = to;
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    lineTo(place(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (last === null) return;
    // A quick stroke has more points than frames.
    const points = event.getCoalescedEvents?.() ?? [];
    for (const point of points.length > 0 ? points : [event]) lineTo(place(point));
  });
  const end = () => {
    if (last === null) return;
    last = null;
    canvas.toBlob(changed, 'image/png');
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  const clear = () => {
    wipe();
    last = null;
    changed(null);
  };
  return element(
    'div',
    {},
    canvas,
    element(
      'p',
      { class: 'row middle' },
      element('span', { class: 'soft small' }, 'Draw with a mouse, a pen or a finger.'),
      element('button', { type: 'button', click: clear }, 'Clear'),
    ),
  );
}
