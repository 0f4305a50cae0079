import { endpoints } from '../defender/endpoints';
import type { EndpointId } from '../defender/endpointIds';
import type { Reason } from '../errors/Reason';

/** Why steps end without an answer. Codes are never reworded; docs/records.md lists them. */
export const expiredReasons = {
  age: {
    code: 'lookup.expired',
    message: 'The lookup grew too old before Defender could be asked.',
  },
  aged: {
    code: 'ip.aged',
    message: 'The address was seen almost 30 days ago by the time Defender could be asked.',
  },
  cancelled: {
    code: 'lookup.cancelled',
    message: 'An operator cancelled it before Defender was asked.',
  },
  wouldExpire: {
    code: 'lookup.wouldExpire',
    message:
      'So many calls are waiting that this one would come too late. Replay it when the backlog is gone.',
  },
} as const satisfies Record<string, Reason>;

export const rejectedReason: Reason = {
  code: 'defender.rejected',
  message: 'Defender does not accept this value.',
};

export const tooLargeReason: Reason = {
  code: 'lookup.tooLarge',
  message: 'What is known of it does not fit into a message that the broker takes.',
};

/** What was asked for is closed to this application, whose rights would suffice. */
export function objectForbiddenReason(endpoint: EndpointId): Reason {
  const { label } = endpoints[endpoint];
  return {
    code: 'defender.objectForbidden',
    message: `Defender refuses ${label} for this value alone, though the application has the right: see what the tenant restricts, then replay.`,
  };
}

const FAILURES = {
  'defender.unavailable': 'Defender gave no usable answer, for hours.',
  'defender.unreadableRows':
    'Defender has records of this value that it does not send, or sends without a usable id. Look the value up in its portal, or replay later.',
  'defender.rejected': 'Defender does not accept a filter that this app made.',
  'defender.tokenUnavailable': 'No token for Defender could be obtained, for hours.',
  'defender.refusedAlways':
    'Defender throttles this call again and again, while it answers others.',
  'quota.unavailable': 'The shared quota in Table Storage could not be reached, for hours.',
} as const;

export type FailureCode = keyof typeof FAILURES;

export function failedReason(code: FailureCode): Reason {
  return { code, message: FAILURES[code] };
}

/** Names the role that is missing, so that the reader of the record can have it granted. */
export function deniedReason(endpoint: EndpointId): Reason {
  const { label, roles } = endpoints[endpoint];
  return {
    code: 'defender.forbidden',
    message: `Defender refuses ${label}: grant the application one of ${roles.join(', ')}, then replay.`,
  };
}
