CREATE OR REPLACE FUNCTION public.refuse_excess_splits()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  line_id integer := CASE TG_TABLE_NAME WHEN 'purchase_lines' THEN (to_jsonb(NEW)->>'id')::integer ELSE (to_jsonb(NEW)->>'purchase_line_id')::integer END;
  line_value numeric;
BEGIN
  SELECT base_value INTO line_value FROM purchase_lines WHERE id = line_id FOR UPDATE;
  IF (SELECT sum(ordered) FROM purchase_splits WHERE purchase_line_id = line_id) > line_value THEN
    RAISE EXCEPTION 'splits exceed the line' USING ERRCODE = 'OP004', CONSTRAINT = 'purchase_splits_within_line';
  END IF;
  RETURN NULL;
END $function$;
