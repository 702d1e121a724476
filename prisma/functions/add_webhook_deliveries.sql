CREATE OR REPLACE FUNCTION public.add_webhook_deliveries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO jobs (kind, payload)
  SELECT 'webhook', jsonb_build_object('webhookId', webhook_id, 'entryIds', jsonb_agg(entry_id ORDER BY entry_id))
  FROM (
    SELECT webhooks.id AS webhook_id, entry.id AS entry_id,
      (row_number() OVER (PARTITION BY webhooks.id ORDER BY entry.id) - 1) / 100 AS part
    FROM webhooks JOIN written AS entry ON entry.action = ANY (webhooks.events)
    WHERE webhooks.is_on
  ) AS told
  GROUP BY webhook_id, part;
  RETURN NULL;
END $function$;
