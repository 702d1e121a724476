-- A change that raises a tag without a counter would leave old answers in every cache, so it is refused.
-- Counters are locked in one order: two changes that raise the same tags wait for each other, and never in a circle.
CREATE FUNCTION raise_cache_tags(VARIADIC tags text[]) RETURNS SETOF cache_tags LANGUAGE plpgsql AS $$
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
END $$;

CREATE OR REPLACE FUNCTION tell_of_period_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM raise_cache_tags('masters');
  RETURN NULL;
END $$;
