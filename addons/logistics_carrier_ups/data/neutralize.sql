-- The secrets go with logistics_secret; a copy must not name the real account.
-- On every connection: the fields of a former connector keep what they had.
UPDATE logistics_backend
   SET ups_client_id = NULL,
       ups_account = NULL,
       ups_alert_id = NULL;
