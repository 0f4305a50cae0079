/** The paths of what says nothing, at any depth: nulls, and lists and objects that hold nothing. */
export function emptyParts(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return [path];
  if (typeof value !== 'object') return [];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([key, part]) => emptyParts(part, `${path}.${key}`));
}
