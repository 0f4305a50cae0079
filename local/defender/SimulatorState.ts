import { z } from 'zod';
import type { Clock } from '../../shared/clock/Clock';
import { Behaviour } from './Behaviour';
import { type Directory, DirectorySettings } from './entra/Directory';
import { TokenIssuer } from './entra/TokenIssuer';
import { FaultRule } from './faults/Fault';
import { FaultPlan } from './faults/FaultPlan';
import { Churn } from './fleet/churnFleet';
import { randomOf, seededDigest } from './fleet/seededDigest';
import type { SeededRandom } from '../SeededRandom';
import { RequestLog } from './http/RequestLog';
import { Throttle, ThrottleSettings } from './throttle/Throttle';

export const SimulatorSettings = z.strictObject({
  throttle: ThrottleSettings,
  directory: DirectorySettings,
  behaviour: Behaviour,
  churn: Churn,
});
export type SimulatorSettings = Readonly<z.output<typeof SimulatorSettings>>;

/** What `POST /__control` takes, applied in the order of its keys. */
export const ControlRequest = z.strictObject({
  /** Settings, quotas, faults and log as at the start. Issued tokens stay valid. */
  reset: z.literal(true).optional(),
  /** Any part of the settings; a change of `throttle` also empties the quota windows. */
  throttle: ThrottleSettings.partial().optional(),
  directory: DirectorySettings.partial().optional(),
  behaviour: Behaviour.partial().optional(),
  churn: Churn.partial().optional(),
  /** Every token issued so far answers 401 from now on. */
  revokeTokens: z.literal(true).optional(),
  clearFaults: z.literal(true).optional(),
  /** Added after those still pending. */
  faults: z.array(FaultRule).optional(),
  clearLog: z.literal(true).optional(),
});
export type ControlRequest = z.input<typeof ControlRequest>;

/** Everything about a running simulator that changes. */
export class SimulatorState {
  readonly issuer: TokenIssuer;
  readonly throttle: Throttle;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly random: SeededRandom;
  private current: SimulatorSettings;

  /** @param seed also decides which calls a fault with a probability hits */
  constructor(
    private readonly initial: SimulatorSettings,
    { clock, seed }: { readonly clock: Clock; readonly seed: number },
  ) {
    this.current = initial;
    this.issuer = new TokenIssuer(clock);
    this.throttle = new Throttle(clock, initial.throttle);
    this.faults = new FaultPlan(randomOf(seededDigest(seed, 'faults')));
    this.log = new RequestLog(clock);
    this.random = randomOf(seededDigest(seed, 'churn'));
  }

  get directory(): Directory {
    return { settings: this.current.directory, issuer: this.issuer };
  }

  get behaviour(): Behaviour {
    return this.current.behaviour;
  }

  get churn(): Churn {
    return this.current.churn;
  }

  /** @throws {z.ZodError} not a control request; nothing was changed */
  control(request: ControlRequest): void {
    const { reset, throttle, revokeTokens, clearFaults, faults, clearLog, ...parts } =
      ControlRequest.parse(request);
    const from = reset ? this.initial : this.current;
    this.current = SimulatorSettings.parse({
      throttle: { ...from.throttle, ...throttle },
      directory: { ...from.directory, ...parts.directory },
      behaviour: { ...from.behaviour, ...parts.behaviour },
      churn: { ...from.churn, ...parts.churn },
    });
    if (reset || throttle) this.throttle.configure(this.current.throttle);
    if (revokeTokens) this.issuer.revokeAll();
    if (reset || clearFaults) this.faults.clear();
    if (faults) this.faults.add(faults);
    if (reset || clearLog) this.log.clear();
  }

  /** Settings without the secret, and the faults still to come. */
  describe(): object {
    const directory = { ...this.current.directory, clientSecret: undefined };
    return { ...this.current, directory, faults: this.faults.list() };
  }
}
