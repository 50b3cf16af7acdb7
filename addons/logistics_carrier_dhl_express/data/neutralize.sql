-- The secrets go with logistics_secret; a copy must not name the real account.
-- On every connection: the fields of a former connector keep what they had.
UPDATE logistics_backend
   SET dhl_express_user = NULL,
       dhl_express_account = NULL;
