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
