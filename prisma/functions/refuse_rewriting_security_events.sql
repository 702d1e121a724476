CREATE OR REPLACE FUNCTION public.refuse_rewriting_security_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'the security log is append-only' USING ERRCODE = 'OP005';
END $function$;
