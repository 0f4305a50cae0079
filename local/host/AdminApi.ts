import { z } from 'zod';
import type { FunctionDefinition, HttpTrigger } from './FunctionDefinition';

export type HostState = 'Starting' | 'Running' | 'Stopping';

export interface AdminApiOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly state: () => HostState;
  /** Wakes a timer or queue function without waiting for it. */
  readonly fire: (definition: FunctionDefinition, input: string) => void;
}

export interface AdminAnswer {
  readonly status: number;
  readonly json?: unknown;
}

const invocationBody = z.object({ input: z.string().default('') });
const FUNCTION_PATH = /^\/admin\/functions\/([^/]+)$/;

/** The host's own routes below `/admin`, as far as a local run needs them. */
export class AdminApi {
  private readonly options: AdminApiOptions;

  constructor(options: AdminApiOptions) {
    this.options = options;
  }

  /** The status is open, so that anyone can wait for it; the rest takes the master key. */
  authLevel(method: string, path: string): HttpTrigger['authLevel'] {
    return method === 'GET' && path === '/admin/host/status' ? 'anonymous' : 'admin';
  }

  answer(method: string, path: string, body: Buffer): AdminAnswer {
    const { functions, state } = this.options;
    if (method === 'GET' && path === '/admin/host/status') {
      return {
        status: 200,
        json: { state: state(), processUptime: Math.round(performance.now()) },
      };
    }
    if (method === 'GET' && path === '/admin/functions') {
      return { status: 200, json: functions.map(describe) };
    }
    const name = FUNCTION_PATH.exec(path)?.[1];
    const definition = functions.find((one) => one.name.toLowerCase() === name?.toLowerCase());
    if (!definition) return { status: 404 };
    if (method === 'GET') return { status: 200, json: describe(definition) };
    return method === 'POST' ? this.fire(definition, body) : { status: 405 };
  }

  private fire(definition: FunctionDefinition, body: Buffer): AdminAnswer {
    const text = body.toString('utf8');
    const input = parseInput(text === '' ? '{}' : text);
    if (input === undefined) {
      return { status: 400, json: { message: 'The body must be {"input": "<text>"}.' } };
    }
    if (definition.trigger.type === 'httptrigger') {
      return { status: 400, json: { message: 'Call the route of an HTTP function.' } };
    }
    this.options.fire(definition, input);
    return { status: 202 };
  }
}

function parseInput(text: string): string | undefined {
  try {
    return invocationBody.parse(JSON.parse(text)).input;
  } catch {
    return undefined;
  }
}

function describe({ name, isDisabled, metadata }: FunctionDefinition) {
  return {
    name,
    language: 'node',
    isDisabled,
    config: {
      bindings: Object.entries(metadata.bindings).map(([bindingName, binding]) => ({
        ...binding,
        name: bindingName,
      })),
    },
  };
}
