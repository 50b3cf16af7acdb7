-- The password goes with logistics_secret; a copy must not name the real customer.
-- On every connection: the fields of a former connector keep what they had.
UPDATE logistics_backend
   SET dpd_fr_user = NULL,
       dpd_fr_center = NULL,
       dpd_fr_customer = NULL;
