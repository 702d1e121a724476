CREATE OR REPLACE FUNCTION public.months_that_differ(before numeric[], after numeric[])
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE
RETURN ARRAY(SELECT month.number FROM UNNEST(months_that_differ.before, months_that_differ.after) WITH ORDINALITY month(was, becomes, number) WHERE (month.was IS DISTINCT FROM month.becomes));
