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
