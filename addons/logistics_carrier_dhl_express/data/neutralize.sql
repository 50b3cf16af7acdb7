-- The secrets go with logistics_secret; a copy must not name the real account.
UPDATE logistics_backend
   SET dhl_express_user = NULL,
       dhl_express_account = NULL
 WHERE connector = 'dhl_express';
