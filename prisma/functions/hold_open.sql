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
