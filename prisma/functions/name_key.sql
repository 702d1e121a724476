CREATE OR REPLACE FUNCTION public.name_key(name text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(btrim(regexp_replace(NORMALIZE(name, NFC), '\s+'::text, ' '::text, 'g'::text)));
