import type { Access } from './Access';
import { byId, inputById } from './dom';

/** With a function key, once the app refuses to answer without; it stays in memory. `onGiven`: the reader gave one. */
export function keyAccess(onGiven: () => void): Access {
  let key: string | null = null;
  const form = byId('keyForm');
  const field = inputById('key');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    key = field.value.trim();
    field.value = '';
    form.hidden = true;
    onGiven();
  });
  return {
    headers: () => {
      if (!form.hidden) return Promise.resolve(null);
      return Promise.resolve(key === null ? {} : { 'x-functions-key': key });
    },
    refused: () => {
      const wasGiven = key !== null;
      key = null;
      form.hidden = false;
      field.focus();
      return wasGiven ? 'The app does not accept this key.' : null;
    },
  };
}
