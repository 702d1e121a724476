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
