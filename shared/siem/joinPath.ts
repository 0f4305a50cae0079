/** Path of the field `key` of the value at `path`; '' = the whole. */
export function fieldPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** Path of what lies at `inner` in the value at `path`; '' = the whole. */
export function joinPath(path: string, inner: string): string {
  return inner === '' || inner.startsWith('[') ? path + inner : fieldPath(path, inner);
}
