/** `agent`: a program that a language model steers; `regular`: a person's, a playbook's, or any other. */
export type CallerKind = 'agent' | 'regular';

/** Who asks over HTTP. */
export interface Caller {
  /** What distinguishes this caller from all others. */
  readonly id: string;
  readonly kind: CallerKind;
}
