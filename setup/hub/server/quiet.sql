-- Applied to the base template: a demonstration or test system calls nobody.
-- Company data is not looked up on the internet at the first log-in.
UPDATE res_company SET iap_enrich_auto_done = true;
-- Odoo's paid services answer "connection refused" at once instead of being called.
INSERT INTO ir_config_parameter (key, value, create_uid, create_date, write_uid, write_date)
SELECT key, 'http://127.0.0.1:9', 1, now(), 1, now()
  FROM unnest(ARRAY['iap.endpoint', 'iap.partner_autocomplete.endpoint',
                    'sms.endpoint', 'snailmail.endpoint']) AS key
ON CONFLICT (key) DO UPDATE SET value = excluded.value;
-- No report of this database to Odoo, no digest mails, no paid letters and messages.
-- No scheduler of Odoo's own that fights with a scenario for the same rows.
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE model = 'ir.cron'
                 AND name IN ('ir_cron_module_update_notification',
                              'ir_cron_digest_scheduler_action',
                              'ir_cron_sms_scheduler_action', 'snailmail_print',
                              'ir_cron_scheduler_action'));
-- No welcome dialog covers a screenshot, no sound, no rainbow man.
UPDATE ir_config_parameter SET value = 'False' WHERE key = 'base_setup.show_effect';
