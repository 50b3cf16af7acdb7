-- The token goes with logistics_secret; a copy must not name the real channel.
UPDATE logistics_backend
   SET shipbob_channel_id = NULL,
       shipbob_location_id = NULL
 WHERE connector = 'shipbob';
