import { answersShown, tensorsShown, wrong } from './answers.js';
import { byId, element, showTabs, table } from './dom.js';
import { ask, hasToken, keepToken, Refusal, takeToken } from './server.js';
import { curl, typescript } from './snippets.js';
import { waysOf, zeros } from './ways.js';

/** @typedef {import('./ways.js').Model} Model */
/** @typedef {import('./ways.js').Wish} Wish */

/** Classes that are shown. */
const TOP = 5;

/** @type {AbortController | null} */
let running = null;

async function start() {
  try {
    const { models } = await ask('/descent/models');
    byId('access').hidden = true;
    connected(/** @type {readonly Model[]} */ (models));
  } catch (error) {
    failed(error);
  }
}

/** @param {readonly Model[]} models */
function connected(models) {
  state(models.length > 0 ? 'Ready' : 'No model is ready', models.length > 0 ? 'good' : 'bad');
  if (models.length === 0) {
    byId('lead').textContent = 'The server runs, and none of its models can be asked yet.';
    setTimeout(start, 2000);
    return;
  }
  const select = /** @type {HTMLSelectElement} */ (byId('model'));
  const many = new Set(models.map(({ name }) => name)).size < models.length;
  select.replaceChildren(
    ...models.map(({ name, version }, i) =>
      element('option', { value: i }, many ? `${name}, version ${version}` : name),
    ),
  );
  byId('choice').hidden = models.length < 2;
  const wanted = new URLSearchParams(location.search).get('model');
  const at = models.findIndex(({ name }) => name === wanted);
  select.selectedIndex = Math.max(0, at);
  const show = () => shown(/** @type {Model} */ (models[select.selectedIndex]), many);
  select.onchange = show;
  show();
}

/**
 * @param {Model} model
 * @param {boolean} isOfMany whether the server has several versions of a model
 */
function shown(model, isOfMany) {
  const { name, version, backend, labels = [], inputs, outputs, batching, preprocessing } = model;
  document.title = `${name} · Descent`;
  byId('title').textContent = name;
  byId('lead').textContent = [
    labels.length > 0
      ? `Tells ${labels.length} classes apart`
      : `${inputs.length === 1 ? 'One tensor' : `${inputs.length} tensors`} in, ${outputs.length === 1 ? 'one' : outputs.length} out`,
    `on ${backend}`,
    ...(version === '' ? [] : [`version ${version}`]),
  ].join(', ');
  byId('facts').replaceChildren(
    table(
      'Inputs and outputs',
      [{ name: 'Name' }, { name: 'Direction' }, { name: 'Type' }, { name: 'Shape' }],
      [
        ...inputs.map((port) => [port.name, 'in', port.datatype, sizes(port.shape)]),
        ...outputs.map((port) => [port.name, 'out', port.datatype, sizes(port.shape)]),
      ],
    ),
    element(
      'p',
      { class: 'hint' },
      [
        ...(preprocessing === undefined
          ? []
          : [
              `Pictures become ${preprocessing.width} × ${preprocessing.height} pixels in ${preprocessing.channels === 1 ? 'grey' : 'colour'}.`,
            ]),
        ...(labels.length > 0 ? [`Classes: ${labels.slice(0, 30).join(', ')}${labels.length > 30 ? ', …' : ''}.`] : []),
        ...(batching === undefined
          ? []
          : [
              batching.joins
                ? `Requests are computed together, up to ${batching.most} samples.`
                : `Requests are computed one by one${batching.why === undefined ? '' : `: ${batching.why}`}.`,
            ]),
      ].join(' '),
    ),
  );
  byId('work').hidden = false;
  // A link says no token.
  byId('links').hidden = hasToken();
  const ask = (/** @type {Wish} */ wish) => asked(model, isOfMany ? version : undefined, wish);
  showTabs(byId('ways'), byId('panels'), waysOf(model, ask), () => ask({ kind: 'nothing' }));
  ask({ kind: 'nothing' });
}

/**
 * @param {Model} model
 * @param {string | undefined} version
 * @param {Wish} wish
 */
async function asked(model, version, wish) {
  // What is asked last is what is answered.
  running?.abort();
  running = null;
  const place = byId('answer');
  byId('latency').textContent = '';
  if (wish.kind === 'nothing') {
    place.replaceChildren(element('p', { class: 'soft' }, 'Nothing was asked yet.'));
    codes(model, version, exampleOf(model));
    return;
  }
  if (wish.kind === 'mistake') {
    place.replaceChildren(wrong(wish.text));
    return;
  }
  codes(model, version, wish);
  const controller = new AbortController();
  running = controller;
  place.setAttribute('aria-busy', 'true');
  place.classList.add('stale');
  const begin = performance.now();
  try {
    const sent =
      wish.kind === 'predict'
        ? { type: wish.type, body: wish.body }
        : { type: 'application/json', body: JSON.stringify(wish.json) };
    const answer = await ask(pathOf(model, version, wish), sent, controller.signal);
    byId('latency').textContent = `in ${milliseconds(performance.now() - begin)}, there and back`;
    place.replaceChildren(
      ...(wish.kind === 'predict' ? answersShown(answer.answers) : tensorsShown(answer.outputs, model)),
    );
    state('Ready', 'good');
  } catch (error) {
    if (controller.signal.aborted) return;
    if (error instanceof Refusal && (error.status === 401 || error.status === 0)) failed(error);
    place.replaceChildren(wrong(error instanceof Error ? error.message : String(error)));
  } finally {
    if (!controller.signal.aborted) {
      place.setAttribute('aria-busy', 'false');
      place.classList.remove('stale');
    }
  }
}

/**
 * What the lines of code show before anything was asked.
 * @param {Model} model
 * @returns {Wish}
 */
function exampleOf({ predict: { accepts, columns, choices = {} }, inputs }) {
  if (accepts.includes('image')) return { kind: 'predict', type: 'image/png', body: '', file: 'picture.png' };
  if (accepts.includes('text'))
    return { kind: 'predict', type: 'application/json', body: '', json: { text: 'a text' } };
  if (accepts.includes('row')) {
    const row =
      columns === undefined
        ? zeros(inputs)[0]?.data
        : Object.fromEntries(
            columns.map((name) => [name, Object.hasOwn(choices, name) ? (choices[name]?.[0] ?? 0) : 0]),
          );
    return { kind: 'predict', type: 'application/json', body: '', json: { row } };
  }
  return { kind: 'infer', json: { inputs: zeros(inputs) } };
}

/**
 * @param {Model} model
 * @param {string | undefined} version
 * @param {Wish} wish
 */
function pathOf({ name }, version, { kind }) {
  const place = `models/${encodeURIComponent(name)}${version === undefined ? '' : `/versions/${encodeURIComponent(version)}`}`;
  return kind === 'predict' ? `/descent/${place}/predict?top=${TOP}` : `/v2/${place}/infer`;
}

/**
 * @param {Model} model
 * @param {string | undefined} version
 * @param {Wish} wish
 */
function codes(model, version, wish) {
  if (wish.kind !== 'predict' && wish.kind !== 'infer') return;
  const asked = {
    ...{
      path: pathOf(model, version, wish),
      model: model.name,
      version,
      origin: location.origin,
      hasToken: hasToken(),
    },
    type: wish.kind === 'predict' ? wish.type : 'application/json',
    ...(wish.kind === 'predict' && wish.file !== undefined ? { file: wish.file } : { json: wish.json }),
  };
  const chosen = byId('languages').querySelector('[aria-selected="true"]')?.id === 'tab-typescript' ? 1 : 0;
  showTabs(byId('languages'), byId('codes'), [
    { id: 'curl', name: 'curl', panel: code(curl(asked)) },
    { id: 'typescript', name: 'TypeScript', panel: code(typescript(asked)) },
  ]);
  if (chosen === 1) byId('tab-typescript').click();
}

/** Characters that are shown; all are copied. */
const MOST_CODE = 4000;

/** @param {string} text */
function code(text) {
  const button = element('button', { type: 'button' }, 'Copy');
  button.addEventListener('click', async () => {
    const isDone = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    button.textContent = isDone ? 'Copied' : 'Not allowed';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });
  const shown = text.length > MOST_CODE ? `${text.slice(0, MOST_CODE)} …` : text;
  return element('div', { class: 'code' }, button, element('pre', { tabindex: 0 }, element('code', {}, shown)));
}

/** @param {unknown} error */
function failed(error) {
  if (error instanceof Refusal && error.status === 401) {
    state('Locked', 'bad');
    byId('access').hidden = false;
    byId('access-wrong').textContent = hasToken() ? 'The server does not know this token.' : '';
    byId('token').focus();
    return;
  }
  state('No answer', 'bad');
  byId('lead').textContent = error instanceof Error ? error.message : String(error);
  if (byId('work').hidden) setTimeout(start, 3000);
}

/**
 * @param {string} text
 * @param {'good' | 'bad'} look
 */
function state(text, look) {
  const badge = byId('state');
  badge.textContent = text;
  badge.className = `badge ${look}`;
}

/** @param {readonly number[]} shape */
function sizes(shape) {
  return `[${shape.map((size) => (size < 0 ? 'any' : size)).join(', ')}]`;
}

/** @param {number} value */
function milliseconds(value) {
  return value < 1000 ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

byId('access').addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(/** @type {HTMLInputElement} */ (byId('token')).value);
  void start();
});
takeToken();
void start();
