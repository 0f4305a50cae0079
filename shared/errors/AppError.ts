/** Root of every failure that this app raises on purpose. */
export abstract class AppError extends Error {
  /** Stable dotted code for alerts, records and queries; never reworded once released. */
  abstract readonly code: string;
}
