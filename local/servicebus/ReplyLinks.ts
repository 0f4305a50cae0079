import type { Sender, Session } from 'rhea';
import type { EntityAddress } from './entityAddress';
import { remoteTermini, senderInternals } from './rheaInternals';

/** A `$cbs` or `$management` node. */
export type RequestNode = Extract<EntityAddress, { kind: 'cbs' | 'management' }>;

interface ReplyLink {
  readonly sender: Sender;
  readonly node: string;
  /** Everything a `reply-to` may call it: JavaScript takes the link's name, .NET its target. */
  readonly names: readonly (string | null | undefined)[];
}

export interface ReplyWanted {
  readonly replyTo: string | undefined;
  readonly node: RequestNode;
  readonly session: Session;
}

/** The receivers for replies that a client has attached on one connection. */
export class ReplyLinks {
  private readonly links = new Set<ReplyLink>();

  add(sender: Sender, node: RequestNode): void {
    const { target } = remoteTermini(senderInternals(sender));
    const names = [senderInternals(sender).local.attach.name, target?.address];
    this.links.add({ sender, node: keyOf(node), names });
  }

  remove(isGone: (sender: Sender) => boolean): void {
    for (const link of this.links) if (isGone(link.sender)) this.links.delete(link);
  }

  /** Python's clients name none: theirs is the link of the same node, if there are several that of the same session. */
  find({ replyTo, node, session }: ReplyWanted): Sender | undefined {
    const links = [...this.links];
    if (replyTo) return links.findLast(({ names }) => names.includes(replyTo))?.sender;
    const ofNode = links.filter((link) => link.node === keyOf(node));
    const found = ofNode.find(({ sender }) => sender.session === session) ?? ofNode.at(-1);
    return found?.sender;
  }
}

function keyOf(node: RequestNode): string {
  return node.kind === 'cbs' ? '$cbs' : `${node.queue}/${node.part}`;
}
