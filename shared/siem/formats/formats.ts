import type { Format } from './Format';
import { wazuh } from './wazuh';

/** Every known shape, in the order in which they are tried; only then comes the plain form, and the generic rule last. */
export const FORMATS: readonly Format[] = [wazuh];
