/** Where a field or an entry of what stands at `path` stands; '' = the whole. */
export function joinPath(path: string, key: string): string {
  if (path === '' || key === '') return path + key;
  return key.startsWith('[') ? path + key : `${path}.${key}`;
}
