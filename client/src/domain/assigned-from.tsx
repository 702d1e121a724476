import { useQuery } from '@tanstack/react-query';
import { useYear } from './calendar.queries.ts';
import { assignedFrom } from './closed-months.ts';
import { fiscalYears } from './fiscal-years.queries.ts';

/** From when on it counts that a service is shared, or whose it is. */
export function AssignedFrom() {
  const { data } = useQuery(fiscalYears);
  const year = useYear();
  const month = year && assignedFrom(data?.data ?? [], year, new Date().toISOString().slice(0, 10));
  return (
    month && (
      <p>It counts from {month.label} on, and moves figures from that month on between entities. Closed months stay.</p>
    )
  );
}
