-- A copy of production must never talk to a partner, nor hold a credential.
DELETE FROM logistics_secret;
UPDATE logistics_backend
   SET state = 'draft',
       environment = 'sandbox',
       base_url = 'http://neutralized.invalid',
       -- Nobody knows the new address, as long as nobody looks it up in the copy.
       webhook_token = replace(gen_random_uuid()::text || gen_random_uuid(), '-', ''),
       webhook_subscription = NULL;
UPDATE logistics_message
   SET state = 'cancelled', note = 'Cancelled in a neutralized copy.'
 WHERE state IN ('pending', 'retrying', 'in_progress', 'deferred');
DELETE FROM queue_job WHERE channel LIKE 'root.logistics_%' AND state <> 'done';
-- What a connector keeps of a partner's real account is in texts and numbers whose names
-- begin with the connector's. Its choices stay; an addon that has more adds its own file.
-- On every connection: the fields of a former connector keep what they had.
DO $$
DECLARE setting text;
BEGIN
    FOR setting IN
        SELECT DISTINCT field.name
          FROM ir_model_fields field
          JOIN ir_model_fields connector
            ON connector.model = field.model AND connector.name = 'connector'
          JOIN ir_model_fields_selection choice ON choice.field_id = connector.id
         WHERE field.model = 'logistics.backend'
           AND field.store
           AND field.ttype IN ('char', 'text', 'integer')
           AND starts_with(field.name, choice.value || '_')
    LOOP
        EXECUTE format('UPDATE logistics_backend SET %I = NULL', setting);
    END LOOP;
END $$;
