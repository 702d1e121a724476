import { type SearchHit, searchHit } from '@opex/contracts/search';
import type { Scope } from '../../lib/caller.ts';
import { beginningWith, holding } from '../../database/list/list-query.ts';
import { scopeValue, seenInScope, shareInScope } from '../../database/fragments.ts';
import { readRows } from '../../database/read.ts';

/** A few of each kind; a scoped reader finds what the own entities have a share in now. */
export const find = (q: string, scope: Scope): Promise<SearchHit[]> =>
  readRows(
    {
      name: 'services.search',
      text: `
        (SELECT 'service' AS kind, s.id, s.uid AS title, s.service AS detail FROM services s
         WHERE s.search_text LIKE $1 AND ${seenInScope('s', '$3')}
         ORDER BY lower(s.uid) LIMIT 8)
        UNION ALL
        (SELECT 'vendor', v.id, v.name, 'Vendor' FROM vendors v
         WHERE name_key(v.name) LIKE $1 AND ${shareInScope('v.id', '$3', '', 'vendor_id')}
         ORDER BY name_key(v.name) LIMIT 5)
        UNION ALL
        (SELECT 'purchase', split.service_id, coalesce(nullif(l.po_number, ''), l.pr_number), s.uid || ' ' || s.service
         FROM purchase_lines l
         JOIN LATERAL (SELECT service_id FROM purchase_splits JOIN services own ON own.id = service_id
           WHERE purchase_line_id = l.id AND ${seenInScope('own', '$3')}
           ORDER BY purchase_splits.id LIMIT 1) split ON true
         JOIN services s ON s.id = split.service_id
         WHERE (lower(l.po_number) LIKE $2 OR lower(l.pr_number) LIKE $2)
         ORDER BY 3 LIMIT 5)`,
      values: [holding(q), beginningWith(q), scopeValue(scope)],
    },
    searchHit,
  );
