/** Trims the text; longer than `maxLength` it is no value of any kind, and no pattern gets to see it: ''. */
export function trimWithin(maxLength: number, text: string): string {
  const trimmed = text.trim();
  return trimmed.length > maxLength ? '' : trimmed;
}
