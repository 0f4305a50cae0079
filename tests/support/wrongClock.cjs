/**
 * Preloaded into a process with `NODE_OPTIONS=--require …`: its machine's clock is off by `TEST_CLOCK_OFF_MS`, and is
 * set by another `TEST_CLOCK_STEP_MS` at each SIGUSR2. The timer (`performance.now`) goes on evenly, as it does.
 */
const RightDate = Date;
let offMs = Number(process.env.TEST_CLOCK_OFF_MS ?? 0);
process.on('SIGUSR2', () => (offMs += Number(process.env.TEST_CLOCK_STEP_MS)));

globalThis.Date = class Date extends RightDate {
  constructor(...args) {
    if (args.length === 0) super(RightDate.now() + offMs);
    else super(...args);
  }

  static now() {
    return RightDate.now() + offMs;
  }
};
