import type { Machine } from '../../defender/DefenderAnswer';
import { textOf } from '../../defender/machineFields';
import type { Manifest } from './Manifest';

/** Of machines on which the field is empty. */
const UNSPECIFIED = 'unspecified';

const FIELDS = {
  byOsPlatform: 'osPlatform',
  byRiskScore: 'riskScore',
  byExposureLevel: 'exposureLevel',
  byHealthStatus: 'healthStatus',
  byOnboardingStatus: 'onboardingStatus',
} as const;

/** The counts of a manifest, machine by machine. */
export class MachineCounts {
  private total = 0;
  private readonly values = new Map(
    Object.keys(FIELDS).map((name) => [name, new Map<string, number>()] as const),
  );

  add(machine: Machine): void {
    this.total += 1;
    for (const [name, field] of Object.entries(FIELDS)) {
      const counts = this.values.get(name);
      const value = textOf(machine, field) ?? UNSPECIFIED;
      counts?.set(value, (counts.get(value) ?? 0) + 1);
    }
  }

  toJson(): Manifest['counts'] {
    const of = (name: keyof typeof FIELDS) => Object.fromEntries(this.values.get(name) ?? []);
    return {
      total: this.total,
      byOsPlatform: of('byOsPlatform'),
      byRiskScore: of('byRiskScore'),
      byExposureLevel: of('byExposureLevel'),
      byHealthStatus: of('byHealthStatus'),
      byOnboardingStatus: of('byOnboardingStatus'),
    };
  }
}
