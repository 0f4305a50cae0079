/** Reads a message of an earlier version: `names` maps what its fields were called to what they are called today. */
export function underNewNames(
  names: Readonly<Record<string, string>>,
): (message: unknown) => unknown {
  return (message) => {
    if (typeof message !== 'object' || message === null) return message;
    const renamed = Object.entries(message).map(
      ([key, value]: [string, unknown]) => [names[key] ?? key, value] as const,
    );
    return { ...Object.fromEntries<unknown>(renamed), ...message };
  };
}
