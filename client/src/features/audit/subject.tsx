import { ServiceLink } from '../../domain/links/service-link.tsx';
import { oneSubject } from '../../domain/words/audit-words.ts';

/** What an entry is about; a service leads to its page. */
export function Subject({ type, id, label }: { type: string; id: number | null; label: string }) {
  return (
    <>
      {oneSubject(type)} {type === 'service' && id !== null ? <ServiceLink id={id} uid={label} /> : label}
    </>
  );
}
