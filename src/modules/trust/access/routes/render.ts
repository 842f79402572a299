import type { KeyRole } from "../../../../core/access.js";
import { iso, isoOrNull } from "../../../../http/schemas.js";
import type { ApiKeyRow } from "../queries.js";
import type { PrincipalWithKeys } from "../service/index.js";

export const renderKey = (row: ApiKeyRow) => ({
  id: row.id,
  principalId: row.principalId,
  name: row.name,
  role: row.role as KeyRole,
  hint: row.hint,
  createdBy: row.createdBy,
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
  createdAt: iso(row.createdAt),
});

export function renderPrincipal({ principal, keys }: PrincipalWithKeys, now: Date) {
  const works = (key: ApiKeyRow) => key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
  const uses = keys.flatMap(({ lastUsedAt }) => lastUsedAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  return {
    id: principal.id,
    name: principal.name,
    kind: principal.kind,
    roles: [...new Set(keys.filter(works).map(({ role }) => role as KeyRole))].sort(),
    keys: keys.map(renderKey),
    lastUsedAt: isoOrNull(uses.at(-1) ?? null),
    createdBy: principal.createdBy,
    createdAt: iso(principal.createdAt),
  };
}
