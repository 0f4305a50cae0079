/** Path of a value within another: `indicators[2].ip`; empty for the value itself. */
export function printPath(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (at, part) =>
      typeof part === 'number' ? `${at}[${part}]` : `${at}${at && '.'}${String(part)}`,
    '',
  );
}
