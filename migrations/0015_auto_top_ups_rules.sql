-- A consent is what we show when somebody says that they never agreed: nobody changes it, whoever connects.
CREATE TRIGGER auto_top_up_consents_append_only BEFORE UPDATE OR DELETE ON auto_top_up_consents FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER auto_top_up_consents_no_truncate BEFORE TRUNCATE ON auto_top_up_consents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE auto_top_up_consents ENABLE ALWAYS TRIGGER auto_top_up_consents_append_only;
--> statement-breakpoint
ALTER TABLE auto_top_up_consents ENABLE ALWAYS TRIGGER auto_top_up_consents_no_truncate;
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT ON auto_top_up_consents TO coffer_app;
    GRANT SELECT, INSERT, UPDATE ON auto_top_ups, auto_top_up_attempts, auto_top_up_blocks TO coffer_app;
  END IF;
END
$$;
