/** A person, or a back end. */
export const PRINCIPAL_KINDS = ["person", "service"] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];
