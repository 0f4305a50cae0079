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

  private readonly systems = new Map<string, Map<string, number>>();

  add(machine: Machine): void {
    this.total += 1;
    const of = (field: string) => textOf(machine, field) ?? UNSPECIFIED;
    const system = of(FIELDS.byOsPlatform);
    const risks = this.systems.get(system) ?? new Map<string, number>();
    this.systems.set(system, risks);
    addTo(risks, of(FIELDS.byRiskScore));
    for (const [name, field] of Object.entries(FIELDS)) {
      const counts = this.values.get(name);
      if (counts) addTo(counts, of(field));
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
      byOsPlatformAndRiskScore: Object.fromEntries(
        [...this.systems].map(([system, risks]) => [system, Object.fromEntries(risks)]),
      ),
    };
  }
}

function addTo(counts: Map<string, number>, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}
