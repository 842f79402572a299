/** The release that stripe-node 23.1.0 speaks; a test compares it with the installed package. */
export const STRIPE_RELEASE = "endive";

/** Within one release objects have one shape (docs.stripe.com/api/versioning). */
export const isOfRelease = (version: string | null | undefined): boolean => version?.split(".")[1] === STRIPE_RELEASE;
