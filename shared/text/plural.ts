/** A count with its noun in English: `1 machine`, `2 machines`. */
export const plural = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
