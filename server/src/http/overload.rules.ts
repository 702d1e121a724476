/** Under overload a process turns away dear requests first, then writes, then the rest. */
export type Kind = 'report' | 'write' | 'read';

const dear = /^\/api\/(reports|search|audit|docs|openapi)\b/;

export function kindOf(method = 'GET', url = ''): Kind {
  if (method !== 'GET' && method !== 'HEAD') return 'write';
  return dear.test(url) ? 'report' : 'read';
}

/** Which part of the limits, of requests in work and of lateness, each kind of request may use up. */
const shares: Record<Kind, number> = { report: 0.5, write: 0.75, read: 1 };

type Load = { inWork: number; lateMs: number };

export const hasRoomFor = (kind: Kind, { inWork, lateMs }: Load, most: Load): boolean =>
  inWork < most.inWork * shares[kind] && lateMs < most.lateMs * shares[kind];
