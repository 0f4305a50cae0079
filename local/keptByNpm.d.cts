export declare function spellingOf(
  command: string,
  options: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | null;
