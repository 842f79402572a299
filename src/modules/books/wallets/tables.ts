import { pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";
import { typeId } from "../../../db/columns.js";

/** A customer's container of balances (ledger accounts, one per asset). One for each customer. */
export const wallets = pgTable(
  "wallets",
  {
    id: typeId("wal")("id").primaryKey(),
    customerId: text("customer_id").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [unique("wallets_customer").on(t.customerId)],
);
