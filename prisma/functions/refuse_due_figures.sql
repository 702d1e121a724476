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
