-- Files of other kinds than budgets: their effects are on more than one measure, and rows can bring what was not there.
UPDATE imports SET effects = jsonb_build_array(effects || '{"measure": "budget"}') WHERE jsonb_typeof(effects) = 'object';
ALTER TABLE import_rows DROP CONSTRAINT import_rows_outcome_check;
ALTER TABLE import_rows ADD CONSTRAINT import_rows_outcome_check CHECK (outcome IN ('added', 'changed', 'unchanged', 'rejected'));
-- The version of a service is not asked for any more: what is loaded is compared value by value. The column goes once no server writes it.
COMMENT ON COLUMN import_rows.version IS 'Not used any more';
