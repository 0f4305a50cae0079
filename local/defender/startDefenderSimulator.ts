import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Clock } from '../../shared/clock/Clock';
import { systemClock } from '../../shared/clock/systemClock';
import { type Behaviour, DEFAULT_BEHAVIOUR } from './Behaviour';
import { DEFAULT_DIRECTORY, type DirectorySettings } from './entra/Directory';
import { type Churn, NO_CHURN } from './fleet/churnFleet';
import { createFleet } from './fleet/createFleet';
import type { Fleet } from './fleet/Fleet';
import { handleRequest } from './http/handleRequest';
import type { EndpointCounters, LoggedRequest } from './http/RequestLog';
import { IDENTITY_PATH } from './routes/matchRoute';
import { type ControlRequest, SimulatorSettings, SimulatorState } from './SimulatorState';
import { DEFAULT_THROTTLE, type ThrottleSettings } from './throttle/Throttle';

export interface DefenderSimulatorOptions {
  /** 0 = any free one. */
  readonly port: number;
  /** Default 127.0.0.1: who reaches the port can also steer the simulator. */
  readonly host?: string;
  /** Default: the system's. Dates the fleet, the tokens and the quota windows. */
  readonly clock?: Clock;
  /** Default 1. The fleet depends on it, on the size and on the start time alone. */
  readonly seed?: number;
  /** How many, the well-known ones included. Default 250. */
  readonly machines?: number;
  /** Limits and how they are enforced. Default: the published ones, in fixed windows. */
  readonly throttle?: Partial<ThrottleSettings>;
  /** Tenant, applications, roles. */
  readonly directory?: Partial<DirectorySettings>;
  /** Where the live service's behaviour is unknown. */
  readonly behaviour?: Partial<Behaviour>;
  /** What happens to the fleet before each page of the list of machines. Default: nothing. */
  readonly churn?: Partial<Churn>;
}

export interface DefenderSimulator {
  readonly port: number;
  /** `http://host:port`: base of the API and authority of the token endpoints. */
  readonly origin: string;
  /** What Azure Functions gives the app as `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`. */
  readonly identityEndpoint: string;
  readonly identityHeader: string;
  readonly directory: DirectorySettings;
  readonly fleet: Fleet;
  /** The same as `POST /__control`. @throws {z.ZodError} not a control request; nothing was changed */
  control(request: ControlRequest): void;
  /** Every request so far but those to the control routes, oldest first. */
  log(): readonly LoggedRequest[];
  /** By endpoint; `none` = matched no route. */
  counters(): Readonly<Record<string, EndpointCounters>>;
  /** Cuts all connections, answered or not. */
  close(): Promise<void>;
}

/** The same at every start, so that settings once written keep working. */
const IDENTITY_HEADER = 'simulated-identity-header';

/**
 * Starts a simulator of the Defender for Endpoint API, Entra's token endpoints and the identity endpoint of Functions.
 * @throws {z.ZodError} a setting out of range
 * @throws the listen error, if the port is taken
 */
export async function startDefenderSimulator(
  options: DefenderSimulatorOptions,
): Promise<DefenderSimulator> {
  const { host = '127.0.0.1', clock = systemClock, seed = 1, machines = 250 } = options;
  const settings = SimulatorSettings.parse({
    throttle: { ...DEFAULT_THROTTLE, ...options.throttle },
    directory: { ...DEFAULT_DIRECTORY, ...options.directory },
    behaviour: { ...DEFAULT_BEHAVIOUR, ...options.behaviour },
    churn: { ...NO_CHURN, ...options.churn },
  });
  const { tenantId } = settings.directory;
  const fleet = createFleet({ seed, machines, startAt: clock.now(), tenantId });
  const state = new SimulatorState(settings, { clock, seed });
  const identityHeader = IDENTITY_HEADER;
  const simulation = { clock, fleet, state, identityHeader };
  const server = createServer((request, response) => {
    handleRequest(simulation, request, response).catch((error: unknown) => {
      if (!response.destroyed) console.error('Defender simulator failed:', error);
      response.destroy();
    });
  });
  // Longer than any client keeps an idle connection, so that none is cut while it is taken up again.
  server.keepAliveTimeout = 120_000;
  server.listen(options.port, host);
  await once(server, 'listening');
  const port = portOf(server.address());
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    port,
    origin,
    identityEndpoint: `${origin}${IDENTITY_PATH}`,
    identityHeader,
    directory: settings.directory,
    fleet,
    control: (request) => {
      state.control(request);
    },
    log: () => state.log.list(),
    counters: () => state.log.counters(),
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new TypeError('Cannot read the port');
  return address.port;
}
