/** What a cell shows: a text as it is, whatever is in it, or an element. */
export type Shown = string | number | Node | null;

/** @throws {TypeError} the page's markup has no such element. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`The page has no element ${id}`);
  return found;
}

/** As {@link byId}, of the class that the markup gives it. */
export function inputById(id: string): HTMLInputElement {
  const found = byId(id);
  if (!(found instanceof HTMLInputElement)) throw new TypeError(`${id} takes no input`);
  return found;
}

/** Values of others are only ever put in as text. */
export function element(name: string, shown: Shown = '', className = ''): HTMLElement {
  const made = document.createElement(name);
  made.append(toNode(shown));
  if (className) made.className = className;
  return made;
}

/** Fills a table's body; the first cell names its row. */
export function fillRows(id: string, rows: readonly (readonly Shown[])[]): void {
  byId(id).replaceChildren(
    ...rows.map(([name = null, ...cells]) => {
      const head = element('th', name);
      head.setAttribute('scope', 'row');
      const row = document.createElement('tr');
      row.append(head, ...cells.map((cell) => element('td', cell)));
      return row;
    }),
  );
}

function toNode(shown: Shown): Node {
  return shown instanceof Node ? shown : document.createTextNode(String(shown ?? '–'));
}
