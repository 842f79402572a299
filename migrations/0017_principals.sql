CREATE TABLE "principals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "principals_kind" CHECK ("principals"."kind" in ('person', 'service'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "principals_name" ON "principals" USING btree (lower("name"));--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "principal_id" uuid;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "created_with" uuid;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_at" timestamp with time zone;--> statement-breakpoint
-- A key of before becomes a principal of its own with the same uuid: replies that were kept under the key's id are found again.
INSERT INTO principals (id, name, kind, created_by, created_at)
SELECT id,
       CASE WHEN row_number() OVER (PARTITION BY lower(name) ORDER BY created_at, id) = 1 THEN name
            ELSE name || ' ' || right(id::text, 12) END,
       CASE role WHEN 'service' THEN 'service' ELSE 'person' END,
       created_by, created_at
  FROM api_keys;--> statement-breakpoint
UPDATE api_keys SET principal_id = id;--> statement-breakpoint
-- Who made a key tells whether two keys are in two hands. `created_by` says it as the text of a key's id.
CREATE FUNCTION pg_temp.uuid_of_key(key_id text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  value numeric := 0;
  hex text := '';
BEGIN
  FOR place IN 5..30 LOOP
    value := value * 32 + strpos('0123456789abcdefghjkmnpqrstvwxyz', substr(key_id, place, 1)) - 1;
  END LOOP;
  FOR place IN 1..32 LOOP
    hex := to_hex(mod(value, 16)::integer) || hex;
    value := div(value, 16);
  END LOOP;
  RETURN hex::uuid;
END
$$;--> statement-breakpoint
UPDATE api_keys SET created_with = pg_temp.uuid_of_key(created_by)
 WHERE created_by ~ '^key_[0-7][0-9a-hjkmnp-tv-z]{25}$';--> statement-breakpoint
-- A process of the version before knows no principals; what it inserts while a deployment rolls gets one.
CREATE FUNCTION give_key_a_principal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO principals (id, name, kind, created_by, created_at)
  VALUES (NEW.id, NEW.name, CASE NEW.role WHEN 'service' THEN 'service' ELSE 'person' END, NEW.created_by, NEW.created_at)
  ON CONFLICT (lower(name)) DO NOTHING;
  IF NOT FOUND THEN
    INSERT INTO principals (id, name, kind, created_by, created_at)
    VALUES (NEW.id, NEW.name || ' ' || right(NEW.id::text, 12),
            CASE NEW.role WHEN 'service' THEN 'service' ELSE 'person' END, NEW.created_by, NEW.created_at);
  END IF;
  NEW.principal_id := NEW.id;
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER api_keys_principal BEFORE INSERT ON api_keys
  FOR EACH ROW WHEN (NEW.principal_id IS NULL) EXECUTE FUNCTION give_key_a_principal();--> statement-breakpoint
ALTER TABLE "api_keys" ALTER COLUMN "principal_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_principal_id_principals_id_fk" FOREIGN KEY ("principal_id") REFERENCES "principals"("id");--> statement-breakpoint
CREATE INDEX "api_keys_principal" ON "api_keys" USING btree ("principal_id");--> statement-breakpoint
ALTER TABLE "payouts" ADD COLUMN "asked_by" json;--> statement-breakpoint
CREATE TABLE "payout_setting_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"before" json NOT NULL,
	"after" json NOT NULL,
	"status" text NOT NULL,
	"asked_by" json NOT NULL,
	"decided_by" text,
	"effective_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_setting_changes_status" CHECK ("payout_setting_changes"."status" in ('pending', 'applied', 'canceled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "payout_setting_changes_pending" ON "payout_setting_changes" USING btree ("subject") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "payout_setting_changes_subject" ON "payout_setting_changes" USING btree ("subject","updated_at");--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT ON principals TO coffer_app;
    GRANT SELECT, INSERT, UPDATE ON payout_setting_changes TO coffer_app;
  END IF;
END
$$;
