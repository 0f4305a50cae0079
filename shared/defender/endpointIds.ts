import type { DefenderQuery } from './DefenderQuery';
import { endpoints } from './endpoints';

/** The Defender calls this app makes; each has its own quota calendar. Also names of rows, blobs and settings. */
export type EndpointId = DefenderQuery['endpoint'];
export const ENDPOINT_IDS = Object.keys(endpoints) as readonly EndpointId[]; // its own keys
