/** Path of a field or an entry of the value at `path`; '' = the whole. */
export function joinPath(path: string, key: string): string {
  if (path === '' || key === '') return path + key;
  return key.startsWith('[') ? path + key : `${path}.${key}`;
}
