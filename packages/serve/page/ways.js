// The ways in which people give a model something: each is a tab.

import { element } from './dom.js';
import { drawingPad } from './draw.js';
import { cellValue, rowsOf } from './rows.js';

/**
 * What is to be asked.
 * @typedef {{ readonly kind: 'predict', readonly type: string, readonly body: Blob | string, readonly file?: string, readonly json?: unknown }
 *   | { readonly kind: 'infer', readonly json: unknown }
 *   | { readonly kind: 'nothing' }
 *   | { readonly kind: 'mistake', readonly text: string }} Wish
 */

/**
 * @typedef {{ readonly name: string, readonly datatype: string, readonly shape: readonly number[] }} Port
 * @typedef {{
 *   readonly name: string, readonly version: string, readonly backend: string,
 *   readonly inputs: readonly Port[], readonly outputs: readonly Port[],
 *   readonly outputKind?: string, readonly labels?: readonly string[],
 *   readonly preprocessing?: { readonly channels: number, readonly width: number, readonly height: number },
 *   readonly predict: { readonly accepts: readonly string[], readonly columns?: readonly string[],
 *     readonly choices?: Readonly<Record<string, readonly string[]>>, readonly why?: string },
 *   readonly batching?: { readonly joins: boolean, readonly most: number, readonly why?: string },
 * }} Model
 */

/**
 * @param {Model} model
 * @param {(wish: Wish) => void} ask
 * @returns {readonly { readonly id: string, readonly name: string, readonly panel: HTMLElement }[]}
 */
export function waysOf(model, ask) {
  const { accepts } = model.predict;
  const isGrey = model.preprocessing?.channels === 1;
  const draw = { id: 'draw', name: 'Draw', panel: drawPanel(ask) };
  const picture = { id: 'picture', name: 'Picture', panel: picturePanel(ask) };
  return [
    ...(accepts.includes('image') ? (isGrey ? [draw, picture] : [picture, draw]) : []),
    ...(accepts.includes('text') ? [{ id: 'text', name: 'Text', panel: textPanel(ask) }] : []),
    ...(accepts.includes('row') ? [{ id: 'row', name: 'Row', panel: rowPanel(model, ask) }] : []),
    { id: 'tensors', name: 'Tensors', panel: tensorPanel(model, ask) },
  ];
}

/** @param {(wish: Wish) => void} ask */
function drawPanel(ask) {
  return drawingPad((picture) =>
    ask(
      picture === null
        ? { kind: 'nothing' }
        : { kind: 'predict', type: 'image/png', body: picture, file: 'drawing.png' },
    ),
  );
}

const PICTURES = ['image/png', 'image/jpeg', 'image/webp'];

/** @param {(wish: Wish) => void} ask */
function picturePanel(ask) {
  const shown = element('img', { alt: '', hidden: true });
  const said = element('p', { class: 'soft' }, 'Drop a picture here, or paste one');
  /** @type {string | null} */
  let url = null;
  const take = (/** @type {File | null | undefined} */ file) => {
    if (file === null || file === undefined) return;
    if (url !== null) URL.revokeObjectURL(url);
    if (!PICTURES.includes(file.type)) {
      shown.hidden = true;
      ask({ kind: 'mistake', text: `${file.name || 'This'} is no PNG, JPEG or WebP picture.` });
      return;
    }
    url = URL.createObjectURL(file);
    shown.onload = () => shown.classList.toggle('tiny', Math.max(shown.naturalWidth, shown.naturalHeight) <= 64);
    Object.assign(shown, { src: url, alt: file.name, hidden: false });
    said.textContent = file.name;
    ask({ kind: 'predict', type: file.type, body: file, file: file.name || 'picture.png' });
  };
  const input = element('input', { type: 'file', id: 'file', accept: PICTURES.join(',') });
  input.addEventListener('change', () => {
    take(input.files?.[0]);
    // The same file may be chosen again, changed.
    input.value = '';
  });
  const place = element(
    'div',
    { class: 'drop' },
    shown,
    said,
    element('p', {}, input, element('label', { for: 'file' }, 'Choose a picture')),
  );
  const over = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    place.classList.add('over');
  };
  place.addEventListener('dragenter', over);
  place.addEventListener('dragover', over);
  place.addEventListener('dragleave', () => place.classList.remove('over'));
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('over');
    take(event.dataTransfer?.files[0]);
  });
  const panel = element(
    'div',
    {},
    place,
    element('p', { class: 'hint' }, 'PNG, JPEG or WebP. The server prepares it as the pictures of training were.'),
  );
  document.addEventListener('paste', (event) => {
    if (!panel.hidden && panel.isConnected) take(event.clipboardData?.files[0]);
  });
  return panel;
}

/**
 * @param {Model} model
 * @param {(wish: Wish) => void} ask
 */
function rowPanel({ predict: { columns, choices = {} }, inputs }, ask) {
  const [input] = inputs;
  const sizes = input?.shape.slice(1) ?? [];
  const width = sizes.includes(-1) ? 0 : sizes.reduce((a, b) => a * b, 1);
  const isFields = columns !== undefined && columns.length <= 24;
  const area = element('textarea', {
    id: 'rows',
    spellcheck: 'false',
    placeholder:
      columns !== undefined
        ? `${columns.join(',')}\n…`
        : width > 0
          ? `${width} numbers, such as 5.1, 3.5, …`
          : 'numbers, such as 5.1, 3.5, …',
  });
  const fields = (isFields ? columns : []).map((name) => {
    const known = Object.hasOwn(choices, name) ? (choices[name] ?? []) : [];
    const list = known.length === 0 ? null : `known-${columns?.indexOf(name)}`;
    const box = element('input', { type: 'text', inputmode: 'text', autocomplete: 'off', list });
    const words =
      list === null ? [] : [element('datalist', { id: list }, ...known.map((value) => element('option', { value })))];
    return { name, box, label: element('label', { class: 'field' }, name, box, ...words) };
  });
  const send = () => {
    try {
      const typed = area.value.trim();
      const own = Object.fromEntries(fields.map(({ name, box }) => [name, cellValue(box.value.trim())]));
      const empty = fields.find(({ box }) => box.value.trim() === '');
      if (typed === '' && isFields && empty !== undefined)
        throw new Error(`'${empty.name}' is empty. Fill in all fields, or paste rows.`);
      const rows = typed === '' && isFields ? [own] : rowsOf(typed, columns);
      const json = rows.length === 1 ? { row: rows[0] } : { items: rows.map((row) => ({ row })) };
      ask({ kind: 'predict', type: 'application/json', body: JSON.stringify(json), json });
    } catch (error) {
      ask({ kind: 'mistake', text: error instanceof Error ? error.message : String(error) });
    }
  };
  const label = element('label', { for: 'rows' }, isFields ? 'Or paste rows' : 'Rows, one a line');
  return form(send, [
    ...(isFields ? [element('div', { class: 'fields' }, ...fields.map((field) => field.label))] : []),
    label,
    area,
    element(
      'p',
      { class: 'hint' },
      'Cells with commas, semicolons or tabs between them, with or without a line of names; or JSON.',
    ),
  ]);
}

/** @param {(wish: Wish) => void} ask */
function textPanel(ask) {
  const area = element('textarea', { id: 'text', class: 'prose' });
  const send = () => {
    const text = area.value;
    if (text.trim() === '') return ask({ kind: 'mistake', text: 'There is no text yet.' });
    ask({ kind: 'predict', type: 'application/json', body: JSON.stringify({ text }), json: { text } });
  };
  return form(send, [element('label', { for: 'text' }, 'Text'), area]);
}

/** Elements of a tensor that are written out as a start. */
const MOST_SHOWN = 4096;

/**
 * Tensors of zeros that the model takes.
 * @param {readonly Port[]} inputs
 */
export function zeros(inputs) {
  return inputs.map(({ name, datatype, shape }) => {
    const sizes = shape.map((size) => (size < 0 ? 1 : size));
    const count = sizes.reduce((a, b) => a * b, 1);
    const zero = datatype === 'BYTES' ? '' : datatype === 'BOOL' ? false : 0;
    return { name, shape: sizes, datatype, data: count <= MOST_SHOWN ? Array(count).fill(zero) : [] };
  });
}

/**
 * @param {Model} model
 * @param {(wish: Wish) => void} ask
 */
function tensorPanel({ inputs, predict: { why } }, ask) {
  const area = element('textarea', { id: 'tensors', spellcheck: 'false' });
  area.value = `{ "inputs": [\n${zeros(inputs)
    .map((tensor) => `  ${JSON.stringify(tensor)}`)
    .join(',\n')}\n] }`;
  const send = () => {
    try {
      ask({ kind: 'infer', json: JSON.parse(area.value) });
    } catch (error) {
      ask({ kind: 'mistake', text: `This is no JSON: ${error instanceof Error ? error.message : error}` });
    }
  };
  return form(send, [
    element('label', { for: 'tensors' }, 'The body of a request of the Open Inference Protocol'),
    area,
    ...(why === undefined ? [] : [element('p', { class: 'hint' }, why)]),
  ]);
}

/**
 * @param {() => void} send
 * @param {readonly Node[]} parts
 */
function form(send, parts) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send();
  };
  const made = element(
    'form',
    { submit },
    ...parts,
    element('p', { class: 'row' }, element('button', { type: 'submit', class: 'main' }, 'Ask')),
  );
  made.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  });
  return made;
}
