import {
  type ListSecurityEventsQuery,
  securityEvent,
  securityEventFields,
  type SecurityEventPage,
} from '@opex/contracts/security-events';
import { database } from '../../database/database.ts';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, momentColumn, Values } from '../../database/list/list-query.ts';
import type { Entry } from '../../lib/security-log.ts';
import { inside, type Transaction } from '../../database/inside.ts';

export async function insertMany(entries: Entry[]) {
  await database.$executeRaw`
    INSERT INTO security_events (at, last_at, times, event, outcome, user_id, subject, address, request_id, details)
    SELECT at, "lastAt", times, event, outcome, "userId", subject, address, "requestId", details
    FROM jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) AS entry (at timestamptz, "lastAt" timestamptz, times int, event text,
      outcome text, "userId" int, subject text, address text, "requestId" text, details jsonb)`;
}

export const removeBefore = (time: Date, db: Transaction) =>
  inside(db).securityEvent.deleteMany({ where: { at: { lt: time } } });

const columns: ListColumns<typeof securityEventFields> = {
  id: { order: 'security_events.id', type: 'integer' },
  at: momentColumn('security_events.at'),
  event: { order: 'event', type: 'text' },
  outcome: { order: 'outcome', type: 'text' },
  userId: { order: 'user_id', type: 'integer', nullable: true },
  subject: { order: 'lower(subject)', type: 'text' },
  address: { order: 'lower(address)', type: 'text' },
};

export const findPage = (query: ListSecurityEventsQuery, secret: string): Promise<SecurityEventPage> =>
  findListPage(
    {
      table: 'security_events',
      select: `id::int AS id, to_json(at)#>>'{}' AS at, to_json(last_at)#>>'{}' AS "lastAt", times, event, outcome, user_id AS "userId", subject,
        address, request_id AS "requestId", details`,
      from: 'security_events',
      id: 'security_events.id',
      fields: securityEventFields,
      columns,
      defaultSort: '-id',
      row: securityEvent,
      searched: ['lower(subject)', 'lower(address)', "lower(coalesce(request_id, ''))"],
    },
    query,
    { values: new Values(), conditions: [], secret },
  );
