import type { Logger } from '../Logger';

interface Signal {
  readonly signal: 'traces' | 'metrics';
}

/** They do not arrive, and are lost; noted once, until they do again. */
export function telemetryLost(
  logger: Logger,
  fields: Signal & { readonly condition: string },
): void {
  logger.warning('telemetry.lost', { ...fields });
}

/** They arrive again. */
export function telemetryArrives(logger: Logger, fields: Signal): void {
  logger.info('telemetry.arrives', { ...fields });
}

/** A setting of OpenTelemetry cannot be read, and its default is used. */
export function telemetrySettingUnusable(
  logger: Logger,
  fields: { readonly detail: string },
): void {
  logger.error('telemetry.settingUnusable', fields);
}
