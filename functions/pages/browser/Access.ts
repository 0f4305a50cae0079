/** How the page shows that it may ask. */
export interface Access {
  /** What goes with each request; null: the reader has to act first, and the page shows how. */
  headers(): Promise<Readonly<Record<string, string>> | null>;
  /** The app did not accept them. Returns what to say about it, if the app does not. */
  refused(): string | null;
}
