import { z } from "zod";
import { CustomerId, Metadata, Text, Timestamp } from "../../../http/schemas.js";

export const PutCustomer = z
  .strictObject({
    email: z.email().max(254).nullable().optional(),
    name: Text(200).nullable().optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be a country's code of two capital letters, such as GB")
      .nullable()
      .optional()
      .meta({ description: "ISO 3166-1 alpha-2." }),
    metadata: Metadata.optional(),
  })
  .meta({ id: "PutCustomer", examples: [{ email: "ada@example.com", name: "Ada Lovelace", country: "GB" }] });

export const Customer = z
  .object({
    id: CustomerId,
    email: z.string().nullable(),
    name: z.string().nullable(),
    country: z.string().nullable(),
    metadata: Metadata,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "Customer" });

export const CustomerParams = z.strictObject({ customerId: CustomerId });
