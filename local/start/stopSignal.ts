/** Resolves at the first signal to stop (Ctrl-C, SIGTERM, a closed terminal), with its name. A second one ends the process at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(name, () => {
        resolve(name);
        process.on(name, () => process.exit(1));
      });
    }
  });
}
