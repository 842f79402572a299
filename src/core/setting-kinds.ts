import { z } from "zod";

/** Kinds of settings that several parts of the configuration have. */
export const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean),
);

// `localhost:8080` is a URL too, of the scheme `localhost`.
export const webUrl = z.url({ protocol: /^https?$/, error: "must be a URL that begins with http:// or https://" });
