import { z } from 'zod';
import { ControlRequest, type SimulatorState } from '../SimulatorState';
import { type Answer, jsonAnswer, NO_ROUTE } from './Answer';

export const CONTROL_PATH = '/__control';
export const LOG_PATH = '/__log';

/** The simulator's own routes: `POST` and `GET /__control`, `GET /__log`. They are not logged and not throttled. */
export function answerControl(
  state: SimulatorState,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: string },
): Answer {
  const route = `${method} ${path}`;
  switch (route) {
    case `POST ${CONTROL_PATH}`:
      return control(state, body);
    case `GET ${CONTROL_PATH}`:
      return jsonAnswer(200, state.describe());
    case `GET ${LOG_PATH}`:
      return jsonAnswer(200, { requests: state.log.list(), counters: state.log.counters() });
    default:
      return NO_ROUTE;
  }
}

function control(state: SimulatorState, body: string): Answer {
  const request = ControlBody.safeParse(body);
  if (!request.success) return jsonAnswer(400, { error: z.prettifyError(request.error) });
  state.control(request.data);
  return jsonAnswer(200, state.describe());
}

const ControlBody = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'The body is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(ControlRequest);
