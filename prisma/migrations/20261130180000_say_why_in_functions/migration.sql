-- The bodies are as they were; each now says why it is so, in words for who reads it first.
CREATE OR REPLACE FUNCTION public.begin_assignments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- The first assignment of a service counts from the beginning of time.
BEGIN
  INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
  SELECT id, DATE '0001-01-01', service_type, entity_id, budget_key_id, actual_key_id FROM changed;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.carry_master_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- The names in the form in which they are compared, so that lists are sorted and searched without joining seven tables.
BEGIN
  NEW.vendor_key := coalesce((SELECT name_key(name) FROM vendors WHERE id = NEW.vendor_id), '');
  NEW.budget_head_key := coalesce((SELECT name_key(name) FROM budget_heads WHERE id = NEW.budget_head_id), '');
  NEW.tower_key := coalesce((SELECT name_key(name) FROM towers WHERE id = NEW.tower_id), '');
  NEW.allocation_type_key := coalesce((SELECT name_key(name) FROM allocation_types WHERE id = NEW.allocation_type_id), '');
  NEW.po_entity_key := coalesce((SELECT name_key(name) FROM po_entities WHERE id = NEW.po_entity_id), '');
  NEW.entity_key := coalesce((SELECT name_key(name) FROM entities WHERE id = NEW.entity_id), '');
  NEW.parent_uid_key := coalesce((SELECT name_key(uid) FROM services WHERE id = NEW.parent_id), '');
  RETURN NEW;
END $function$;
CREATE OR REPLACE FUNCTION public.chain_audit_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
-- The head is locked first, so entries are numbered and chained one after the other. Only this function, with the rights of
-- its owner, may write the head.
BEGIN
  SELECT last_id + 1, last_hash INTO NEW.id, NEW.previous_hash FROM audit_heads FOR UPDATE;
  NEW.at := date_trunc('milliseconds', clock_timestamp());
  NEW.hash := audit_hash(NEW);
  UPDATE audit_heads SET last_id = NEW.id, last_hash = NEW.hash;
  PERFORM pg_notify('opex_changes', json_build_object(
    'id', NEW.id, 'actorId', NEW.actor_id, 'action', NEW.action, 'subjectType', NEW.subject_type,
    'subjectId', NEW.subject_id, 'entityIds', NEW.entity_ids)::text);
  RETURN NEW;
END $function$;
CREATE OR REPLACE FUNCTION public.change_assignments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A change of a service counts from the day that the writer names (opex.assigned_from), else from the day after the last
-- closed month. From there on, only what was changed is changed in the assignments; what was not keeps its dated values.
DECLARE
  from_day date := coalesce(
    nullif(current_setting('opex.assigned_from', true), '')::date,
    (SELECT max(end_date) + 1 FROM periods WHERE state = 'CLOSED'),
    DATE '0001-01-01');
  other_owner boolean := (NEW.service_type, NEW.entity_id) IS DISTINCT FROM (OLD.service_type, OLD.entity_id);
  other_budget_key boolean := NEW.budget_key_id IS DISTINCT FROM OLD.budget_key_id;
  other_actual_key boolean := NEW.actual_key_id IS DISTINCT FROM OLD.actual_key_id;
BEGIN
  -- Nothing to do where a merge changes all assignments itself, nor where show_latest_assignment has copied to the service what
  -- its latest assignment says already.
  IF current_setting('opex.merging', true) = 'on' OR EXISTS (
    SELECT FROM (SELECT * FROM service_assignments WHERE service_id = NEW.id ORDER BY valid_from DESC LIMIT 1) AS latest
    WHERE (service_type, entity_id, budget_key_id, actual_key_id)
      IS NOT DISTINCT FROM (NEW.service_type, NEW.entity_id, NEW.budget_key_id, NEW.actual_key_id)
  ) THEN
    RETURN NULL;
  END IF;
  INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
  SELECT service_id, from_day, service_type, entity_id, budget_key_id, actual_key_id FROM service_assignments
  WHERE service_id = NEW.id AND valid_from <= from_day ORDER BY valid_from DESC LIMIT 1
  ON CONFLICT DO NOTHING;
  UPDATE service_assignments SET
    service_type = CASE WHEN other_owner THEN NEW.service_type ELSE service_type END,
    entity_id = CASE WHEN other_owner THEN NEW.entity_id ELSE entity_id END,
    budget_key_id = CASE WHEN other_budget_key THEN NEW.budget_key_id ELSE budget_key_id END,
    actual_key_id = CASE WHEN other_actual_key THEN NEW.actual_key_id ELSE actual_key_id END
  WHERE service_id = NEW.id AND valid_from >= from_day;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.grant_to_application(application name)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
-- A table on which refuse_rewriting is a trigger is read and added to. The head of the audit log, the list of migrations and what
-- is no plain table are only read. All other tables are written.
DECLARE
  stored record;
BEGIN
  EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, %I', current_database(), application);
  EXECUTE format('REVOKE CREATE ON SCHEMA public FROM PUBLIC, %I', application);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), application);
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', application);
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', application);
  FOR stored IN
    SELECT c.oid::regclass AS name, CASE
      WHEN c.relname IN ('audit_heads', '_prisma_migrations') OR c.relkind <> 'r' THEN 'SELECT'
      WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgfoid = 'refuse_rewriting'::regproc) THEN 'SELECT, INSERT'
      ELSE 'SELECT, INSERT, UPDATE, DELETE'
    END AS privileges
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm')
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %I', stored.name, application);
    EXECUTE format('GRANT %s ON %s TO %I', stored.privileges, stored.name, application);
  END LOOP;
END $function$;
CREATE OR REPLACE FUNCTION public.hold_open(period_ids integer[], rule text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
-- Writers lock the months that they touch together with other writers; who closes one of them waits for the writers, and
-- they wait for who closes it. The state is read from the rows once they are locked.
DECLARE
  closed text;
BEGIN
  SELECT string_agg(to_char(start_date, 'Mon YYYY'), ', ' ORDER BY start_date) FILTER (WHERE state = 'CLOSED') INTO closed
  FROM (SELECT start_date, state FROM periods WHERE id = ANY (period_ids) ORDER BY id FOR SHARE) AS held;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'closed by %: %', rule, closed USING ERRCODE = 'OP001', CONSTRAINT = rule;
  END IF;
END $function$;
CREATE OR REPLACE FUNCTION public.lock_allocation_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A new version of a key and a service that begins to use the key may meet. The reference of the service locks the row of the
-- key, and the version waits for it here, so the later of the two sees the earlier one. The lock is taken before the version's own
-- reference takes a weaker one, because two writers who both strengthen a lock end in a deadlock.
BEGIN
  IF TG_TABLE_NAME = 'allocation_key_versions' THEN
    PERFORM FROM allocation_keys WHERE id IN (OLD.allocation_key_id, NEW.allocation_key_id) ORDER BY id FOR UPDATE;
  ELSE
    PERFORM FROM allocation_keys WHERE id IN (
      SELECT allocation_key_id FROM allocation_key_versions WHERE id IN (OLD.allocation_key_version_id, NEW.allocation_key_version_id)
    ) ORDER BY id FOR UPDATE;
  END IF;
  RETURN coalesce(NEW, OLD);
END $function$;
CREATE OR REPLACE FUNCTION public.mark_due_figures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Each trigger calls the rows of its statement "changed". An update has two triggers: one for the rows as they were and
-- one for the rows as they are.
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'plan_lines' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT DISTINCT changed.service_id, plan.fiscal_year_id FROM changed JOIN plan_versions plan ON plan.id = changed.plan_version_id
      ON CONFLICT DO NOTHING;
    WHEN 'actuals', 'purchase_splits' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT DISTINCT service_id, fiscal_year_id FROM changed
      ON CONFLICT DO NOTHING;
    WHEN 'service_assignments' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT changed.service_id, year.id FROM changed JOIN fiscal_years year ON year.end_date >= changed.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'allocation_drivers' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT used.service_id, year.id FROM (
        SELECT DISTINCT version.allocation_key_id, version.valid_from
        FROM changed JOIN allocation_key_versions version ON version.id = changed.allocation_key_version_id
      ) AS begun
      JOIN service_assignments used ON begun.allocation_key_id IN (used.budget_key_id, used.actual_key_id)
      JOIN fiscal_years year ON year.end_date >= begun.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'allocation_key_versions' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT used.service_id, year.id FROM changed
      JOIN service_assignments used ON changed.allocation_key_id IN (used.budget_key_id, used.actual_key_id)
      JOIN fiscal_years year ON year.end_date >= changed.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'periods' THEN -- shares are computed month by month, so a year has none before it has months
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT s.id, begun.fiscal_year_id FROM services s CROSS JOIN (SELECT DISTINCT fiscal_year_id FROM changed) AS begun
      ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.mark_due_figures_of_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- For tables of which most updates touch no figure: only a trigger for each row can ask which column was changed.
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'services' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT NEW.id, id FROM fiscal_years ON CONFLICT DO NOTHING;
    WHEN 'fiscal_years' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT id, NEW.id FROM services ON CONFLICT DO NOTHING;
    WHEN 'plan_versions', 'periods' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT id, NEW.fiscal_year_id FROM services ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.refuse_closed_assignments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- An assignment counts until the next one begins, so the months must be open in which something becomes different.
DECLARE
  said service_assignments := coalesce(NEW, OLD);
  first_day date := least(OLD.valid_from, NEW.valid_from);
  last_day date := greatest(OLD.valid_from, NEW.valid_from);
  next_day date := (SELECT min(valid_from) FROM service_assignments WHERE service_id = said.service_id AND valid_from > last_day);
  closed date;
BEGIN
  -- Two entities that become one change no report.
  IF current_setting('opex.merging', true) = 'on' THEN RETURN said; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM services WHERE id = said.service_id)
    OR TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM service_assignments WHERE service_id = said.service_id)
    OR EXISTS ( -- the assignment repeats the one before it, so nothing becomes different
      SELECT FROM (
        SELECT * FROM service_assignments WHERE service_id = said.service_id AND valid_from < first_day ORDER BY valid_from DESC LIMIT 1
      ) AS earlier
      WHERE (service_type, entity_id, budget_key_id, actual_key_id) IS NOT DISTINCT FROM (said.service_type, said.entity_id, said.budget_key_id, said.actual_key_id)
    )
  THEN
    RETURN said;
  END IF;
  SELECT min(start_date) FILTER (WHERE state = 'CLOSED') INTO closed FROM (
    SELECT start_date, state FROM periods
    WHERE start_date >= first_day AND (next_day IS NULL OR start_date < next_day) ORDER BY id FOR SHARE
  ) AS touched;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'the month from % is closed', closed USING ERRCODE = 'OP001', CONSTRAINT = 'service_assignments_period_open';
  END IF;
  RETURN said;
END $function$;
CREATE OR REPLACE FUNCTION public.refuse_closed_budgets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A plan and a month are one number here: the id of the plan times 100 plus the number of the month, which is 0 for the line as
-- a whole. So a line without any amount, too, names its plan, which must be a draft.
DECLARE
  touched bigint[];
  plans bigint[];
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      SELECT array_agg(DISTINCT plan_version_id * 100 + month) INTO touched
      FROM after_rows line, unnest(0 || months_that_differ(NULL, months_of(ROW(line.*)::plan_lines))) AS month;
    WHEN 'UPDATE' THEN
      SELECT array_agg(DISTINCT plan_version_id * 100 + month) INTO touched
      FROM before_rows earlier FULL JOIN after_rows later USING (plan_version_id, service_id),
        unnest(0 || months_that_differ(months_of(ROW(earlier.*)::plan_lines), months_of(ROW(later.*)::plan_lines))) AS month;
    WHEN 'DELETE' THEN
      SELECT array_agg(DISTINCT plan_version_id * 100 + month) INTO touched
      FROM before_rows line, unnest(0 || months_that_differ(months_of(ROW(line.*)::plan_lines), NULL)) AS month;
  END CASE;
  IF touched IS NULL THEN
    RETURN NULL;
  END IF;
  plans := ARRAY(SELECT DISTINCT month / 100 FROM unnest(touched) AS month);
  IF (
    SELECT bool_or(state NOT IN ('DRAFT', 'RETURNED'))
    FROM (SELECT state FROM plan_versions WHERE id = ANY (plans) ORDER BY id FOR SHARE) AS held
  ) THEN
    RAISE EXCEPTION 'plan is not a draft' USING ERRCODE = 'OP002', CONSTRAINT = 'plan_lines_plan_is_draft';
  END IF;
  PERFORM hold_open(ARRAY(
    SELECT period.id FROM plan_versions plan JOIN periods period USING (fiscal_year_id)
    WHERE plan.is_current AND plan.id = ANY (plans) AND plan.id * 100 + number = ANY (touched)
  ), 'plan_lines_period_open');
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.refuse_closed_periods()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A year and a month are one number here: the id of the year times 100 plus the number of the month. A line that moves to another
-- service or year leaves months of the one and enters months of the other.
DECLARE
  touched bigint[];
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      SELECT array_agg(DISTINCT fiscal_year_id * 100 + month) INTO touched
      FROM after_rows line, unnest(months_that_differ(NULL, months_of(ROW(line.*)::actuals))) AS month;
    WHEN 'UPDATE' THEN
      SELECT array_agg(DISTINCT fiscal_year_id * 100 + month) INTO touched
      FROM before_rows earlier FULL JOIN after_rows later USING (id, fiscal_year_id, service_id),
        unnest(months_that_differ(months_of(ROW(earlier.*)::actuals), months_of(ROW(later.*)::actuals))) AS month;
    WHEN 'DELETE' THEN
      SELECT array_agg(DISTINCT fiscal_year_id * 100 + month) INTO touched
      FROM before_rows line, unnest(months_that_differ(months_of(ROW(line.*)::actuals), NULL)) AS month;
  END CASE;
  IF touched IS NOT NULL THEN
    PERFORM hold_open(ARRAY(
      SELECT id FROM periods WHERE fiscal_year_id * 100 + number = ANY (touched)
    ), 'actuals_period_open');
  END IF;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.refuse_due_figures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Runs at the commit where the server has said that it settles figures itself (opex.settles), once for each mark. Each looks for
-- its own mark: a search for any mark would pass all those that settling has just deleted.
BEGIN
  IF EXISTS (
    SELECT FROM due_figures
    WHERE marked_by = NEW.marked_by AND service_id = NEW.service_id AND fiscal_year_id = NEW.fiscal_year_id
  ) THEN
    RAISE EXCEPTION 'figures are not settled' USING ERRCODE = 'OP009', CONSTRAINT = 'due_figures_settled';
  END IF;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.refuse_parent_loop()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Two writers who each set a parent could close a loop that neither sees, so parents are set one at a time.
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
    PERFORM pg_advisory_xact_lock(hashtext('services.parent_id'));
  END IF;
  IF EXISTS (
    WITH RECURSIVE chain AS (
      SELECT NEW.parent_id AS id
      UNION
      SELECT parent.parent_id FROM chain JOIN services parent ON parent.id = chain.id WHERE parent.parent_id IS NOT NULL
    )
    SELECT FROM chain WHERE id = NEW.id
  ) THEN
    RAISE EXCEPTION 'parent loop' USING ERRCODE = 'OP003', CONSTRAINT = 'services_no_parent_loop';
  END IF;
  RETURN NEW;
END $function$;
CREATE OR REPLACE FUNCTION public.refuse_switched_budgets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Runs at the commit: compares the plan that is current now with the one that was before the transaction.
DECLARE
  before_id integer := current_setting('opex.current_plan_of_year_' || NEW.fiscal_year_id)::integer;
  now_id integer := (SELECT id FROM plan_versions WHERE fiscal_year_id = NEW.fiscal_year_id AND is_current);
BEGIN
  PERFORM hold_open(ARRAY(
    SELECT id FROM periods
    WHERE fiscal_year_id = NEW.fiscal_year_id AND EXISTS (
      SELECT FROM (SELECT service_id, months_of(line) AS months FROM plan_lines line WHERE plan_version_id = before_id) AS earlier
      FULL JOIN (SELECT service_id, months_of(line) AS months FROM plan_lines line WHERE plan_version_id = now_id) AS later
        USING (service_id)
      WHERE coalesce(earlier.months[number], 0) <> coalesce(later.months[number], 0))
  ), 'plan_versions_period_open');
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.remember_current_plan()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Another plan becomes the current one in two statements. The first of them notes here, for the commit, which plan was current
-- before; 0 is none.
DECLARE
  name text := 'opex.current_plan_of_year_' || NEW.fiscal_year_id;
BEGIN
  IF coalesce(current_setting(name, true), '') = '' THEN
    PERFORM set_config(name, CASE WHEN OLD.is_current THEN OLD.id ELSE 0 END::text, true);
  END IF;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.rename_master_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Writes a column of the services to itself, which makes carry_master_keys read the new name.
BEGIN
  EXECUTE format('UPDATE services SET %I = %I WHERE %I = $1', TG_ARGV[0], TG_ARGV[0], TG_ARGV[0]) USING NEW.id;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.show_latest_assignment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- The service shows its latest assignment, also when assignments are changed by themselves.
BEGIN
  UPDATE services s SET service_type = latest.service_type, entity_id = latest.entity_id,
    budget_key_id = latest.budget_key_id, actual_key_id = latest.actual_key_id, version = s.version + 1
  FROM (
    SELECT DISTINCT ON (service_id) * FROM service_assignments
    WHERE service_id IN (SELECT service_id FROM changed) ORDER BY service_id, valid_from DESC
  ) AS latest
  WHERE s.id = latest.service_id AND (s.service_type, s.entity_id, s.budget_key_id, s.actual_key_id)
    IS DISTINCT FROM (latest.service_type, latest.entity_id, latest.budget_key_id, latest.actual_key_id);
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION public.tell_of_period_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Every process shows the state of months from memory, and months are closed at the SQL prompt, too.
BEGIN
  PERFORM raise_cache_tags('masters');
  RETURN NULL;
END $function$;
