// Small helpers for elements. Texts of models and servers go into the page as text alone.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no '${id}'`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, unknown>>} [properties] Attributes; `class`, and functions as listeners of events.
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(key, /** @type {EventListener} */ (value));
    else made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * A table that scrolls sideways where it does not fit.
 * @param {string} label
 * @param {readonly { readonly name: string, readonly isNumber?: boolean }[]} columns
 * @param {readonly (readonly string[])[]} rows The first cell of each is its heading.
 */
export function table(label, columns, rows) {
  const look = (/** @type {number} */ i) => ({ class: columns[i]?.isNumber === true ? 'n' : null });
  return element(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map(({ name }, i) => element('th', { scope: 'col', ...look(i) }, name))),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            ...row.map((cell, i) =>
              i === 0 ? element('th', { scope: 'row', ...look(i) }, cell) : element('td', look(i), cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * Tabs as ARIA describes them: arrows move, Home and End go to the ends.
 * @param {HTMLElement} list
 * @param {HTMLElement} panels
 * @param {readonly { readonly id: string, readonly name: string, readonly panel: HTMLElement }[]} tabs
 * @param {(id: string) => void} [chosen]
 */
export function showTabs(list, panels, tabs, chosen = () => {}) {
  const choose = (/** @type {number} */ at, /** @type {boolean} */ isByPerson) => {
    for (const [i, button] of buttons.entries()) {
      button.setAttribute('aria-selected', String(i === at));
      button.tabIndex = i === at ? 0 : -1;
      const panel = tabs[i]?.panel;
      if (panel !== undefined) panel.hidden = i !== at;
    }
    if (isByPerson) chosen(tabs[at]?.id ?? '');
  };
  const buttons = tabs.map(({ id, name, panel }, i) => {
    panel.id = `panel-${id}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', `tab-${id}`);
    const attributes = { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': panel.id };
    return element('button', { ...attributes, click: () => choose(i, true) }, name);
  });
  list.onkeydown = ({ key }) => {
    const at = buttons.findIndex(({ id }) => id === document.activeElement?.id);
    const last = buttons.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[key];
    if (at < 0 || to === undefined) return;
    choose(to, true);
    buttons[to]?.focus();
  };
  list.replaceChildren(...buttons);
  panels.replaceChildren(...tabs.map(({ panel }) => panel));
  list.hidden = tabs.length < 2;
  choose(0, false);
}
