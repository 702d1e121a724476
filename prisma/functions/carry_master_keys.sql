CREATE OR REPLACE FUNCTION public.carry_master_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- The names in the form in which they are compared, so that lists are sorted and searched without joining seven tables.
BEGIN
  NEW.vendor_key := coalesce((SELECT name_key(name) FROM vendors WHERE id = NEW.vendor_id), '');
  NEW.budget_head_key := coalesce((SELECT name_key(name) FROM budget_heads WHERE id = NEW.budget_head_id), '');
  NEW.tower_key := coalesce((SELECT name_key(name) FROM towers WHERE id = NEW.tower_id), '');
  NEW.allocation_type_key := coalesce((SELECT name_key(name) FROM allocation_types WHERE id = NEW.allocation_type_id), '');
  NEW.po_entity_key := coalesce((SELECT name_key(name) FROM po_entities WHERE id = NEW.po_entity_id), '');
  NEW.entity_key := coalesce((SELECT name_key(name) FROM entities WHERE id = NEW.entity_id), '');
  NEW.parent_uid_key := coalesce((SELECT name_key(uid) FROM services WHERE id = NEW.parent_id), '');
  RETURN NEW;
END $function$;
