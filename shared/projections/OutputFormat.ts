/** In which shape records leave the app; `native` is its own. */
export const OUTPUT_FORMATS = ['native', 'ecs', 'ocsf'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
