-- The password goes with logistics_secret; a copy must not name the real customer.
UPDATE logistics_backend
   SET dpd_fr_user = NULL,
       dpd_fr_center = NULL,
       dpd_fr_customer = NULL
 WHERE connector = 'dpd_fr';
