import { z } from "zod";
import { KEY_ROLES } from "../../../core/access.js";
import { ListOf, Moment, OutputId, PageParams, Text, Timestamp, TypedId } from "../../../http/schemas.js";
import { PRINCIPAL_KINDS } from "./types.js";

const Role = z.enum(KEY_ROLES).meta({ description: "What the key may do.", examples: ["service"] });
const Kind = z.enum(PRINCIPAL_KINDS);

const ApiKeyFields = {
  id: OutputId("key").meta({ description: "Names the key; it is not the secret." }),
  principalId: OutputId("prn").meta({ description: "Whose key it is." }),
  name: z.string().meta({ description: "The name it was made under.", examples: ["shop backend"] }),
  role: Role,
  hint: z.string().meta({ description: "The first characters of the secret.", examples: ["cfk_Zk3v"] }),
  createdBy: z.string().meta({ description: "The principal that made it." }),
  expiresAt: Timestamp.nullable().meta({ description: "When it ends; null: never." }),
  revokedAt: Timestamp.nullable().meta({ description: "When it was revoked; null: it was not." }),
  lastUsedAt: Timestamp.nullable().meta({ description: "The last use, to the minute; null: never used." }),
  createdAt: Timestamp.meta({ description: "When it was made." }),
};

export const ApiKey = z.object(ApiKeyFields).meta({ id: "ApiKey", description: "A key, without its secret." });
export const ApiKeyWithSecret = z
  .object({ ...ApiKeyFields, secret: z.string().meta({ description: "The key itself. Shown this once." }) })
  .meta({ id: "ApiKeyWithSecret", description: "A new key with its secret." });
export const ApiKeyList = ListOf(ApiKey);

export const NewApiKey = z
  .strictObject({
    name: Text(100).meta({
      description:
        "Who will use it. Keys of one name belong to one principal; names are compared without regard to case.",
      examples: ["shop backend"],
    }),
    role: Role,
    principalId: TypedId("prn")
      .optional()
      .meta({ description: "The principal whose key it is, when `name` is only a label." }),
    kind: Kind.optional().meta({
      description: "What a new principal is. By default a `service` for the role `service`, else a `person`.",
    }),
    expiresAt: Moment.optional().meta({ description: "When the key ends. Never, when absent." }),
  })
  .meta({ id: "NewApiKey", examples: [{ name: "shop backend", role: "service" }] });

export const RotateApiKey = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(2_592_000)
      .default(86_400)
      .meta({ description: "How long the old key goes on working, in seconds: up to 30 days.", examples: [86_400] }),
  })
  .meta({ id: "RotateApiKey", examples: [{ overlapSeconds: 86_400 }] });

export const KeyParams = z.strictObject({
  keyId: TypedId("key").meta({ description: "The key's id, as listed." }),
});
export const KeyPage = z.strictObject(PageParams);

export const Principal = z
  .object({
    id: OutputId("prn").meta({ description: "Appears as the actor in audit events and as `requestedBy`." }),
    name: z.string().meta({ examples: ["shop backend"], description: "Unique without regard to case." }),
    kind: Kind.meta({ description: "A person, or a back end." }),
    roles: z.array(Role).meta({ description: "What its working keys may do together." }),
    keys: z.array(ApiKey).meta({ description: "All keys it ever had, oldest first." }),
    lastUsedAt: Timestamp.nullable().meta({ description: "The last use of any of its keys, to the minute." }),
    createdBy: z.string().meta({ description: "The principal that made it." }),
    createdAt: Timestamp.meta({ description: "When it was made." }),
  })
  .meta({
    id: "Principal",
    description:
      "Who acts: a person or a back end, whatever key it uses. Idempotency keys, limits and approvals go by it.",
  });
export const PrincipalList = ListOf(Principal);
export const PrincipalParams = z.strictObject({
  principalId: TypedId("prn").meta({ description: "The principal's id." }),
});
