import { randomBytes } from 'node:crypto';

export const POLL_ID = /^p_[\w-]{43}$/;

/** 256 random bits: its holder may read the answer. */
export const newPollId = (): string => `p_${randomBytes(32).toString('base64url')}`;
