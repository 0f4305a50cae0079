import { CannotStart } from './CannotStart';

/** Runs a command whose `main` resolves to its exit code. A failure is a sentence: 2 if nothing has happened yet, else 1. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof CannotStart ? 2 : 1;
  }
}
