-- The token goes with logistics_secret; a copy must not name the real channel.
-- On every connection: the fields of a former connector keep what they had.
UPDATE logistics_backend
   SET shipbob_channel_id = NULL,
       shipbob_location_id = NULL;
