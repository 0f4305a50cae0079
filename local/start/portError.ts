/** The message names the remedy. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** What to do about a port that is taken; null for any other error. */
export function portError(error: unknown, option: string): PortTakenError | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return null;
  const port = 'port' in error ? `Port ${String(error.port)}` : 'A port';
  return new PortTakenError(
    `${port} is in use. Stop what uses it (another npm start?), or choose another with ${option} (0 = any free one)`,
    { cause: error },
  );
}
