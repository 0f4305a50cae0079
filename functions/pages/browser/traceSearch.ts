import type { Trace } from '../../../shared/requestRecords/Trace';
import type { Access } from './Access';
import { ask } from './ask';
import { byId, element, inputById } from './dom';
import { tracedView, type TracedView } from './view/traceView';

/** Looks for an event when the reader asks. */
export function listenForSearches(access: Access): void {
  byId('traceForm').addEventListener('submit', (event) => {
    event.preventDefault();
    void search(inputById('event').value.trim(), access);
  });
}

async function search(event: string, access: Access): Promise<void> {
  const place = byId('traced');
  place.replaceChildren(element('p', 'Searching …', 'faint'));
  const headers = await access.headers();
  if (!headers) return;
  const { status, body, detail } = await ask<Trace>(
    `trace?event=${encodeURIComponent(event)}`,
    headers,
  );
  if (body) {
    const now = Date.now();
    place.replaceChildren(...body.requests.map((request) => shown(tracedView(request, now))));
    return;
  }
  const reason = status === null ? 'The app does not answer. Try again.' : `Status ${status}.`;
  place.replaceChildren(element('p', detail ?? reason));
}

function shown({ title, about, lookups }: TracedView): HTMLElement {
  const made = element('div', element('h3', title), 'traced');
  const list = document.createElement('ul');
  list.append(
    ...lookups.map(({ value, kind, state, took }) => {
      const entry = element('li', element('b', value));
      entry.append(
        ' ',
        element('span', kind, 'faint'),
        ` ${state} `,
        element('span', took, 'faint'),
      );
      return entry;
    }),
  );
  made.append(element('p', about, 'faint'), list);
  return made;
}
