import { type SearchHit, searchHit } from '@opex/contracts/search';
import type { Scope } from '../../lib/caller.ts';
import { escapeLike } from '../../database/list/list-query.ts';
import { readRows } from '../../database/read.ts';

/** A few of each kind; a scoped reader finds what his entities have a share in. */
export const find = (q: string, scope: Scope): Promise<SearchHit[]> =>
  readRows(
    {
      name: 'services.search',
      text: `
        WITH seen AS (SELECT $3::int[] AS entity_ids)
        (SELECT 'service' AS kind, s.id, s.uid AS title, s.service AS detail FROM services s, seen
         WHERE s.search_text LIKE $1 AND (entity_ids IS NULL OR EXISTS (SELECT FROM service_entity_years n WHERE n.service_id = s.id AND n.entity_id = ANY (entity_ids)))
         ORDER BY lower(s.uid) LIMIT 8)
        UNION ALL
        (SELECT 'vendor', v.id, v.name, 'Vendor' FROM vendors v, seen
         WHERE name_key(v.name) LIKE $1 AND (entity_ids IS NULL OR EXISTS (SELECT FROM service_entity_years n WHERE n.vendor_id = v.id AND n.entity_id = ANY (entity_ids)))
         ORDER BY name_key(v.name) LIMIT 5)
        UNION ALL
        (SELECT 'purchase', split.service_id, coalesce(nullif(l.po_number, ''), l.pr_number), s.uid || ' ' || s.service
         FROM seen, purchase_lines l
         JOIN LATERAL (SELECT service_id FROM purchase_splits WHERE purchase_line_id = l.id
           AND (entity_ids IS NULL OR EXISTS (SELECT FROM service_entity_years n WHERE n.service_id = purchase_splits.service_id AND n.entity_id = ANY (entity_ids)))
           ORDER BY id LIMIT 1) split ON true
         JOIN services s ON s.id = split.service_id
         WHERE (lower(l.po_number) LIKE $2 OR lower(l.pr_number) LIKE $2)
         ORDER BY 3 LIMIT 5)`,
      values: [
        `%${escapeLike(q.toLowerCase())}%`,
        `${escapeLike(q.toLowerCase())}%`,
        scope === 'all' ? null : [...scope],
      ],
    },
    searchHit,
  );
