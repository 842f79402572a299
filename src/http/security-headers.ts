import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import helmet from "helmet";

// The docs page sets styles inline and shows data: images; it may load nothing from elsewhere.
const applyToPages = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      upgradeInsecureRequests: null,
    },
  },
});

// A reply of data is no page: nothing in it may be loaded, run or framed, and what only concerns pages is left out.
const applyToData = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  frameguard: { action: "deny" },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  dnsPrefetchControl: false,
  ieNoOpen: false,
  permittedCrossDomainPolicies: false,
  xXssProtection: false,
});

/**
 * helmet's headers, asked for once: they are the same for every reply, and putting them together anew cost as much as
 * validating a body.
 */
function headersOf(apply: typeof applyToPages): Record<string, string> {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  apply({} as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error) throw error;
  });
  return headers;
}

/** What every reply of data has; for those that no hook sees. */
export const DATA_HEADERS: Readonly<Record<string, string>> = headersOf(applyToData);

/** Puts the security headers on every reply, refusals included. */
export function registerSecurityHeaders(app: FastifyInstance): void {
  const forPages = headersOf(applyToPages);
  app.addHook("onRequest", (request, reply, done) => {
    void reply.headers(isPage(request.routeOptions.url) ? forPages : DATA_HEADERS);
    done();
  });
}

const isPage = (route: string | undefined) => route === "/" || (route?.startsWith("/docs") ?? false);
