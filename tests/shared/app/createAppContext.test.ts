import { createAppContext } from '../../../shared/app/createAppContext';
import { parseConfig } from '../../../shared/config/parseConfig';
import { CLOUD_SETTINGS } from '../config/exampleSettings';
import { VirtualClock } from '../../../local/simulation/VirtualClock';
import { RecordingLogger } from '../telemetry/RecordingLogger';

function build(clock = new VirtualClock()) {
  const parsed = parseConfig(CLOUD_SETTINGS);
  if (!parsed.ok) throw new TypeError('The example settings cannot be used');
  const logger = new RecordingLogger();
  let draws = 0;
  const random = {
    next: () => {
      draws += 1;
      return 0.5;
    },
  };
  const warnings = ['Something is odd'];
  const context = createAppContext({ ...parsed, warnings, logger, clock, random });
  return { context, lines: logger.lines, draws: () => draws };
}

describe('createAppContext()', () => {
  it('logs a warning for each oddity of the settings', () => {
    expect(build().lines).toEqual([
      { level: 'warning', event: 'settings.warning', fields: { message: 'Something is odd' } },
    ]);
  });

  it('keeps time by the clock that it is given', async () => {
    const clock = new VirtualClock();
    const { context } = build(clock);
    await clock.advance(90_000);

    expect(context.clock.now()).toBe(clock.now());
  });

  it('draws from the random source that it is given', () => {
    expect(build().draws()).toBeGreaterThan(0);
  });

  it('closes without ever having connected', async () => {
    await expect(build().context.close()).resolves.toBeUndefined();
  });
});
