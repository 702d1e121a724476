-- Names that differ only in what cannot be seen are one name: characters of no width are left out, and what looks like
-- blanks is one blank. The first list is what contracts/src/common.ts refuses in names; a test holds the two together.
DROP INDEX vendors_name_key, towers_name_key, budget_heads_name_key, entities_name_key, po_entities_name_key,
  allocation_types_name_key, allocation_keys_name_key, services_uid_key, users_email_key;

CREATE OR REPLACE FUNCTION name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(btrim(regexp_replace(
  regexp_replace(normalize(name, NFC),
    '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
    '', 'g'),
  '[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u115f\u1160\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000\u3164\uffa0]+',
  ' ', 'g')));

-- Where two names have become one the later of them is told apart by its number, and the log says so.
DO $$
DECLARE
  place record;
  double record;
BEGIN
  FOR place IN SELECT * FROM (VALUES
    ('vendors', 'name', 'vendor', 'master.updated'), ('towers', 'name', 'tower', 'master.updated'),
    ('budget_heads', 'name', 'budget-head', 'master.updated'), ('entities', 'name', 'entity', 'master.updated'),
    ('po_entities', 'name', 'po-entity', 'master.updated'), ('allocation_types', 'name', 'allocation-type', 'master.updated'),
    ('allocation_keys', 'name', 'allocation-key', 'allocation-key.updated'), ('services', 'uid', 'service', 'service.updated'),
    ('users', 'email', 'user', 'user.updated')
  ) AS places (name_table, name_column, subject, action)
  LOOP
    FOR double IN EXECUTE format(
      'SELECT id, %2$I AS name, %2$I || CASE WHEN %1$L = ''users'' THEN ''.double'' || id ELSE '' ('' || id || '')'' END AS told_apart FROM %1$I later
       WHERE EXISTS (SELECT FROM %1$I first WHERE name_key(first.%2$I) = name_key(later.%2$I) AND first.id < later.id) ORDER BY id',
      place.name_table, place.name_column)
    LOOP
      EXECUTE format('UPDATE %I SET %I = $2, version = version + 1 WHERE id = $1', place.name_table, place.name_column)
        USING double.id, double.told_apart;
      INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_id, subject_label, changes, reason, entity_ids, previous_hash, hash)
      VALUES (0, 'Upgrade', place.action, place.subject, double.id, double.told_apart,
        jsonb_build_object(place.name_column, jsonb_build_object('from', double.name, 'to', double.told_apart)),
        'Another name looks the same',
        CASE place.name_table WHEN 'entities' THEN ARRAY[double.id] WHEN 'services' THEN '{}'::integer[] END, '', '');
    END LOOP;
  END LOOP;
END $$;

-- What is computed from names is computed again, wherever a name has a new key.
CREATE FUNCTION pg_temp.earlier_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT
RETURN lower(btrim(regexp_replace(normalize(name, NFC), '\s+', ' ', 'g')));
UPDATE vendors SET name = name WHERE pg_temp.earlier_key(name) <> name_key(name);
UPDATE towers SET name = name WHERE pg_temp.earlier_key(name) <> name_key(name);
UPDATE budget_heads SET name = name WHERE pg_temp.earlier_key(name) <> name_key(name);
UPDATE entities SET name = name WHERE pg_temp.earlier_key(name) <> name_key(name);
UPDATE po_entities SET name = name WHERE pg_temp.earlier_key(name) <> name_key(name);
UPDATE allocation_types SET name = name WHERE pg_temp.earlier_key(name) <> name_key(name);
UPDATE services SET parent_id = parent_id
WHERE parent_id IN (SELECT id FROM services WHERE pg_temp.earlier_key(uid) <> name_key(uid));
UPDATE cache_tags SET version = version + 1;

CREATE UNIQUE INDEX vendors_name_key ON vendors (name_key(name));
CREATE UNIQUE INDEX towers_name_key ON towers (name_key(name));
CREATE UNIQUE INDEX budget_heads_name_key ON budget_heads (name_key(name));
CREATE UNIQUE INDEX entities_name_key ON entities (name_key(name));
CREATE UNIQUE INDEX po_entities_name_key ON po_entities (name_key(name));
CREATE UNIQUE INDEX allocation_types_name_key ON allocation_types (name_key(name));
CREATE UNIQUE INDEX allocation_keys_name_key ON allocation_keys (name_key(name));
CREATE UNIQUE INDEX services_uid_key ON services (name_key(uid));
CREATE UNIQUE INDEX users_email_key ON users (name_key(email));
