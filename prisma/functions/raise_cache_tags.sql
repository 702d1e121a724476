CREATE OR REPLACE FUNCTION public.raise_cache_tags(VARIADIC tags text[])
 RETURNS SETOF cache_tags
 LANGUAGE plpgsql
AS $function$
DECLARE
  unknown text := (SELECT min(name) FROM unnest(tags) AS name WHERE name NOT IN (SELECT tag FROM cache_tags));
BEGIN
  IF unknown IS NOT NULL THEN
    RAISE 'There is no cache tag %', unknown USING ERRCODE = 'undefined_object';
  END IF;
  RETURN QUERY
    UPDATE cache_tags SET version = version + 1
    WHERE tag IN (SELECT tag FROM cache_tags WHERE tag = ANY (tags) ORDER BY tag FOR UPDATE)
    RETURNING cache_tags.*;
END $function$;
