import { createAppContext, type AppContext } from '../../shared/app/createAppContext';
import { createLogger } from '../../shared/telemetry/createLogger';
import { loadSettings } from './loadSettings';

/** Where a command shows what is not its result. */
export interface ContextListener {
  /** Whose settings are taken, if not the user's own. */
  say(text: string): void;
  /** A warning or an error of the app. */
  note(text: string): void;
}

/** The app, in this process, with the settings that a command finds. @throws {CannotStart} they cannot be used */
export function openContext(listener: ContextListener): AppContext {
  const { running, warnings, ...settings } = loadSettings();
  if (running) listener.say(`Beside the npm start of process ${running.pid}`);
  for (const warning of warnings) listener.note(`${warning}.`);
  const logger = createLogger((level, entry) => {
    if (level === 'error' || level === 'warning') listener.note(JSON.stringify(entry));
  });
  return createAppContext({ ...settings, warnings: [], logger });
}
