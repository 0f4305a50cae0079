import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { createRouteHandler } from '../../../functions/http/createRouteHandler';
import type { Authorize } from '../../../functions/http/Route';
import { createMcpRoute } from '../../../functions/mcp/handler';
import type { AppContext } from '../../../shared/app/createAppContext';
import * as examples from '../../../shared/openapi/examples';
import { MACHINE_ID, machineRecord, TENANT_ID } from '../../../shared/openapi/recordExamples';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import type { SingleAnswer } from '../../../shared/requests/HttpLookups';
import type { RequestView } from '../../../shared/requests/RequestView';
import type { MachinePage } from '../../../shared/requests/MachineList';
import type { SiemRequest } from '../../../shared/siem/SiemRequest';
import { MemoryBlobStore } from '../../shared/storage/MemoryBlobStore';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

export const aRecord = machineRecord({
  kind: 'machine',
  value: MACHINE_ID,
  path: 'indicators[0]',
  at: null,
  step: 'machine',
});

/** Several lookups that all have ended. */
export function viewOf(...results: readonly EnrichmentRecord[]): RequestView {
  const none = { pending: [], ignored: [], leftOut: [] };
  const total = results.length;
  return { requestId: aRecord.request.id, total, results, ...none, isStored: false };
}

/** One lookup that waits for its slot, in ten seconds. */
export const waiting: RequestView = {
  ...viewOf(),
  total: 1,
  pending: [{ position: 1, indicator: aRecord.indicator, notBefore: 10_000 }],
  isStored: true,
};

export interface Fakes {
  readonly answerAll?: (request: SiemRequest, waitMs: number) => Promise<RequestView>;
  readonly answerOne?: () => Promise<SingleAnswer>;
  readonly poll?: () => Promise<RequestView | null>;
  readonly page?: AppContext['machineList']['page'];
  readonly latest?: () => Promise<{ readonly manifest: object } | null>;
}

const emptyPage: MachinePage = {
  outcome: 'answered',
  value: [],
  nextSkip: null,
  truncated: [],
  evidence: [],
};

/** Of the app what the tools use; whatever is not given answers as it does in the API's description. */
export function mcpContext(fakes: Fakes = {}): AppContext & { readonly logger: RecordingLogger } {
  const {
    answerAll = () => Promise.resolve(viewOf(aRecord)),
    answerOne = () => Promise.resolve({ outcome: 'answered', record: aRecord }),
    poll = () => Promise.resolve(viewOf(aRecord)),
  } = fakes;
  const httpLookups = {
    answerAll: (request: SiemRequest, _arrival: object, waitMs: number) =>
      answerAll(request, waitMs),
    answerOne,
    poll,
  };
  return {
    httpLookups,
    machineList: { page: fakes.page ?? (() => Promise.resolve(emptyPage)) },
    status: { read: () => Promise.resolve(examples.status) },
    inventory: {
      publisher: {
        latest: fakes.latest ?? (() => Promise.resolve({ manifest: examples.manifest })),
      },
    },
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    config: { defender: { tenantId: TENANT_ID }, output: { format: 'native' } },
    fit: { results: new MemoryBlobStore('results'), publicBaseUrl: null, keepMs: 1 },
    logger: new RecordingLogger(),
  } as unknown as AppContext & { readonly logger: RecordingLogger }; // what the tools use of it
}

export interface McpAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: {
    readonly code?: string;
    readonly error?: { readonly code: number; readonly message: string };
    readonly result?: {
      readonly content?: readonly { readonly type: string; readonly text: string }[];
      readonly structuredContent?: Readonly<Record<string, unknown>>;
      readonly isError?: boolean;
      readonly [member: string]: unknown;
    };
  };
}

export interface McpPost {
  readonly context?: AppContext;
  readonly method?: string;
  /** Over those that the protocol asks for; null: left out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly authorize?: Authorize;
}

/** Sends a body to the route as the platform does. */
export async function postMcp(
  message: unknown,
  { context = mcpContext(), method = 'POST', headers = {}, authorize }: McpPost = {},
): Promise<McpAnswer> {
  const handle = createRouteHandler(createMcpRoute(context), {
    authorize: authorize ?? ((_request, _route, work) => work(null)),
    baseUrl: 'https://app.example',
    clock: context.clock,
    logger: context.logger,
  });
  const all: Readonly<Record<string, string | null>> = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...headers,
  };
  const isRaw = typeof message === 'string' || message instanceof Uint8Array;
  const body = isRaw ? message : JSON.stringify(message);
  const request = new HttpRequest({
    method,
    url: 'https://app.example/api/mcp',
    headers: Object.fromEntries(
      Object.entries(all).filter((each): each is [string, string] => each[1] !== null),
    ),
    ...(method === 'POST' && {
      body: typeof body === 'string' ? { string: body } : { bytes: body },
    }),
  });
  const response = (await handle(request, new InvocationContext())) as HttpResponseInit; // as ours always answer
  const text = response.body as string; // as ours always is
  return {
    status: response.status,
    headers: response.headers as Record<string, string>, // as ours always are
    text,
    body: text === '' ? {} : (JSON.parse(text) as McpAnswer['body']), // every answer is an object
  };
}

/** Calls a tool; returns its result. */
export async function callTool(
  name: string,
  args: object,
  context?: AppContext,
): Promise<NonNullable<McpAnswer['body']['result']>> {
  const params = { name, arguments: args };
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
  const { body, text } = await postMcp(message, context ? { context } : {});
  if (!body.result) throw new Error(text);
  return body.result;
}
