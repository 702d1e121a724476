/** What is given up first when there is more to do than can be done: what is dear, then what changes something, then the rest. */
export type Kind = 'report' | 'write' | 'read';

const dear = /^\/api\/(reports|search|audit|docs|openapi)\b/;

export function kindOf(method = 'GET', url = ''): Kind {
  if (method !== 'GET' && method !== 'HEAD') return 'write';
  return dear.test(url) ? 'report' : 'read';
}

/** The part of what a process may have in work and may be late that each kind may use up. */
const shares: Record<Kind, number> = { report: 0.5, write: 0.75, read: 1 };

type Load = { inWork: number; lateMs: number };

export const hasRoomFor = (kind: Kind, { inWork, lateMs }: Load, most: Load): boolean =>
  inWork < most.inWork * shares[kind] && lateMs < most.lateMs * shares[kind];
