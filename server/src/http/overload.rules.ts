/** Under overload a process turns away dear requests first, then writes, then the rest. */
export type Kind = 'report' | 'write' | 'read';

const dear = /^\/api\/+(reports|search|audit|docs|openapi)\b/i;

export function kindOf(method = 'GET', url = ''): Kind {
  if (method !== 'GET' && method !== 'HEAD') return 'write';
  return dear.test(url) ? 'report' : 'read';
}

/** Which part of the limits, of requests in work and of lateness, each kind of request may use up. */
const shares: Record<Kind, number> = { report: 0.5, write: 0.75, read: 1 };

type Load = { inWork: number; lateMs: number };

/** Who asks, how many places that caller has now, and how many at most. */
export type Holding = { held: number; most: number };
const nobody: Holding = { held: 0, most: 1 };

/** With no more than this part of its places in work, a process is not late because of them: turning away would not help. */
const few = 0.05;

/** The more places a caller holds, the sooner the caller is turned away, so that others are still taken on. */
export function hasRoomFor(kind: Kind, { inWork, lateMs }: Load, most: Load, caller = nobody): boolean {
  const part = shares[kind] * (1 - caller.held / caller.most);
  return inWork < most.inWork * part && (inWork <= most.inWork * few || lateMs < most.lateMs * part);
}
