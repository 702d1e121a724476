COMMENT ON COLUMN audit_entries.entity_ids IS
  'Entities that the subject belongs to. NULL: it belongs to none in particular. Who learns what of an entry: readers.rules.ts of the audit feature.';
