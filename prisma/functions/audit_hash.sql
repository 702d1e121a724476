CREATE OR REPLACE FUNCTION public.audit_hash(entry audit_entries)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN sha256(((entry).previous_hash || convert_to((jsonb_build_array((entry).id, ((EXTRACT(epoch FROM (entry).at) * (1000)::numeric))::bigint, (entry).actor_id, (entry).actor_name, (entry).action, (entry).subject_type, (entry).subject_id, (entry).subject_label, (entry).changes, (entry).reason, (entry).fiscal_year, (entry).entity_ids, (entry).request_id))::text, 'UTF8'::name)));
