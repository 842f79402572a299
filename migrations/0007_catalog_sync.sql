CREATE TABLE "catalog_prices" (
	"lookup_key" text PRIMARY KEY NOT NULL,
	"item_id" text NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint NOT NULL,
	"interval" text,
	"interval_count" integer,
	"price_reference" text,
	"status" text NOT NULL,
	"failure" json,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "catalog_prices_status" CHECK ("catalog_prices"."status" in ('wanted', 'active', 'retiring', 'archived')),
	CONSTRAINT "catalog_prices_amount" CHECK ("catalog_prices"."amount" between 1 and 9007199254740991),
	CONSTRAINT "catalog_prices_recurrence" CHECK (("catalog_prices"."interval" is null) = ("catalog_prices"."interval_count" is null))
);
--> statement-breakpoint
CREATE TABLE "catalog_products" (
	"item_id" text PRIMARY KEY NOT NULL,
	"product_reference" text,
	"name" text,
	"description" text,
	"active" boolean,
	"synced" boolean NOT NULL,
	"failure" json,
	"version" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "catalog_prices" ADD CONSTRAINT "catalog_prices_item_id_catalog_products_item_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."catalog_products"("item_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "catalog_prices_reference" ON "catalog_prices" USING btree ("price_reference");--> statement-breakpoint
CREATE INDEX "catalog_prices_item" ON "catalog_prices" USING btree ("item_id");