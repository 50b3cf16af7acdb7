-- A copy of production must never talk to a partner, nor hold a credential.
DELETE FROM logistics_secret;
UPDATE logistics_backend
   SET state = 'draft',
       environment = 'sandbox',
       base_url = 'http://neutralized.invalid',
       webhook_token = 'neutralized-' || id,
       webhook_subscription = NULL;
UPDATE logistics_message
   SET state = 'cancelled', note = 'Cancelled in a neutralized copy.'
 WHERE state IN ('pending', 'retrying', 'in_progress', 'held');
DELETE FROM queue_job WHERE channel LIKE 'root.logistics_%' AND state <> 'done';
