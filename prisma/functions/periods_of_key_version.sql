CREATE OR REPLACE FUNCTION public.periods_of_key_version(version_id integer, key_id integer, version_from date)
 RETURNS integer[]
 LANGUAGE sql
 STABLE
RETURN ARRAY(SELECT periods.id FROM periods WHERE ((periods.start_date >= periods_of_key_version.version_from) AND (periods.start_date < COALESCE((SELECT min(allocation_key_versions.valid_from) AS min FROM allocation_key_versions WHERE ((allocation_key_versions.allocation_key_id = periods_of_key_version.key_id) AND (allocation_key_versions.valid_from > periods_of_key_version.version_from) AND (allocation_key_versions.id <> periods_of_key_version.version_id))), 'infinity'::date))));
