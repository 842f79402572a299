-- What a provider lists and we cannot read: kept for a person, and no reason to leave the rest of the list unread.
CREATE TABLE "unreadable_entries" (
	"provider" text NOT NULL,
	"wallet_reference" text NOT NULL,
	"entry_key" text NOT NULL,
	"reason" text NOT NULL,
	"entry" json NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "unreadable_entries_pkey" PRIMARY KEY("provider","wallet_reference","entry_key")
);
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON unreadable_entries TO coffer_app;
  END IF;
END
$$;
